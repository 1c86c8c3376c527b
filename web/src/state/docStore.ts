/** The document of the editor and its undo list: the only place that changes it. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Command } from "../model/commands";
import { emptyDocument } from "../model/document";
import { emptyHistory, type History, record, redo, seal, undo } from "../model/history";
import type { WorkflowDocument } from "../model/types";
import { keepChosen } from "./viewStore";

/** `local`: kept in this browser only, because the server did not take it; `conflict`: someone else saved in between. */
export type Saved = "saved" | "changed" | "saving" | "local" | "conflict";

export interface DocState {
  readonly doc: WorkflowDocument;
  readonly history: History;
  /** The id under which the server keeps it. */
  readonly id: string;
  /** The version this document was last saved as; null when the server has none yet. */
  readonly version: number | null;
  readonly saved: Saved;
  /** The document as the server has it. */
  readonly clean: WorkflowDocument | null;
}

export const docStore = createStore<DocState>(() => ({
  doc: emptyDocument(),
  history: emptyHistory,
  id: "",
  version: null,
  saved: "saved",
  clean: null,
}));

export const currentDoc = (): WorkflowDocument => docStore.getState().doc;

export function useDoc<T>(select: (doc: WorkflowDocument) => T): T {
  return useStore(docStore, (state) => select(state.doc));
}

export function useDocState<T>(select: (state: DocState) => T): T {
  return useStore(docStore, select);
}

docStore.subscribe(({ doc }, before) => {
  const same = (["nodes", "links", "groups"] as const).every((part) => doc[part] === before.doc[part]);
  if (!same) keepChosen(doc);
});

function after(state: DocState, doc: WorkflowDocument, history: History): Partial<DocState> {
  if (doc === state.doc) return { history };
  const saved = state.saved === "conflict" ? "conflict" : "changed";
  return { doc, history, saved };
}

/** Carry out a command as one step of the undo list. */
export function perform({ label, apply, merge }: Command): void {
  docStore.setState((state) => {
    const doc = apply(state.doc);
    return doc === state.doc ? state : after(state, doc, record(state.history, label, state.doc, doc, merge));
  });
}

/** End the step being made: the next edit is a new one. */
export function sealStep(): void {
  docStore.setState((state) => (state.history.open ? { history: seal(state.history) } : state));
}

/** Take back the last step; its label, or null when there is none. */
export function undoStep(): string | null {
  return travel(undo);
}

export function redoStep(): string | null {
  return travel(redo);
}

function travel(step: typeof undo): string | null {
  const state = docStore.getState();
  const moved = step(state.history, state.doc);
  if (!moved) return null;
  docStore.setState(after(state, moved.doc, moved.history));
  return moved.label;
}

export interface Opened {
  readonly doc: WorkflowDocument;
  readonly id: string;
  readonly version: number | null;
  readonly saved?: Saved;
}

/** Show another document; its undo list begins empty. */
export function openDoc({ doc, id, version, saved = version === null ? "changed" : "saved" }: Opened): void {
  docStore.setState({
    doc,
    id,
    version,
    saved,
    history: emptyHistory,
    clean: saved === "saved" ? doc : null,
  });
}
