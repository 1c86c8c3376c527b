/** A command: a label for the undo list and a pure step from one document to the next. */

import { type Draft, produce } from "immer";
import type { WorkflowDocument } from "../types";

export interface Command {
  readonly label: string;
  /** Edits with the same key become one step (a word being typed, a slider being dragged). */
  readonly merge?: string;
  readonly apply: (doc: WorkflowDocument) => WorkflowDocument;
}

export function command(
  label: string,
  change: (doc: Draft<WorkflowDocument>) => void,
  merge?: string,
): Command {
  const apply = (doc: WorkflowDocument) =>
    produce(doc, (draft) => {
      change(draft);
    });
  return merge === undefined ? { label, apply } : { label, apply, merge };
}

/** Several commands as one step. */
export function together(label: string, commands: readonly Command[]): Command {
  return { label, apply: (doc) => commands.reduce((now, each) => each.apply(now), doc) };
}
