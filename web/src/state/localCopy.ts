/** A copy of the document in this browser, for the case that the page or the server goes away. */

import { parseDocument, writeDocument } from "../model/document";
import type { WorkflowDocument } from "../model/types";

const OPEN = "nodebuilder.open";
const COPY = "nodebuilder.copy";

export interface LocalCopy {
  readonly id: string;
  readonly version: number | null;
  readonly doc: WorkflowDocument;
}

function attempt<T>(step: () => T): T | null {
  try {
    return step();
  } catch {
    return null; // storage may be off or full: then there is no copy
  }
}

export const rememberOpen = (id: string): void => void attempt(() => localStorage.setItem(OPEN, id));
export const lastOpen = (): string | null => attempt(() => localStorage.getItem(OPEN));

export function keepCopy({ id, version, doc }: LocalCopy): void {
  attempt(() => localStorage.setItem(COPY, JSON.stringify({ id, version, text: writeDocument(doc) })));
}

export function dropCopy(): void {
  attempt(() => localStorage.removeItem(COPY));
}

/** The copy that was never taken by the server, if there is one. */
export function readCopy(): LocalCopy | null {
  return attempt(() => {
    const kept = localStorage.getItem(COPY);
    if (kept === null) return null;
    const { id, version, text } = JSON.parse(kept) as { id: string; version: number | null; text: string };
    return { id, version, doc: parseDocument(text) };
  });
}
