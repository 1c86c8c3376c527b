/** Undo and redo: each step keeps only the parts of the document that changed. */

import type { WorkflowDocument } from "./types";

export interface Change {
  readonly path: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

export interface Step {
  readonly label: string;
  readonly changes: readonly Change[];
}

export interface History {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  /** The step still being made (a drag, a word being typed): further edits with this key join it. */
  readonly open: { readonly key: string; readonly base: WorkflowDocument } | null;
}

export const emptyHistory: History = { past: [], future: [], open: null };

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

function sameKeys(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const left = Object.keys(a);
  const right = Object.keys(b);
  return left.length === right.length && left.every((key, index) => key === right[index]);
}

/** The smallest changes between two documents that also bring back the order of keys. */
export function difference(before: unknown, after: unknown, path: readonly string[] = []): Change[] {
  if (before === after) return [];
  if (!isPlain(before) || !isPlain(after) || !sameKeys(before, after)) return [{ path, before, after }];
  return Object.keys(before).flatMap((key) => difference(before[key], after[key], [...path, key]));
}

function put(target: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const record = target as Record<string, unknown>;
  return { ...record, [key]: put(record[key], rest, value) };
}

function apply(doc: WorkflowDocument, step: Step, side: "before" | "after"): WorkflowDocument {
  return step.changes.reduce(
    (now, change) => put(now, change.path, change[side]),
    doc as unknown,
  ) as WorkflowDocument;
}

/** Remember the way from one document to the next; the same `key` as the open step joins it. */
export function record(
  history: History,
  label: string,
  before: WorkflowDocument,
  after: WorkflowDocument,
  key?: string,
): History {
  const joined = key !== undefined && history.open?.key === key ? history.open : null;
  const base = joined ? joined.base : before;
  const changes = difference(base, after);
  const past = joined ? history.past.slice(0, -1) : history.past;
  const open = key === undefined ? null : { key, base };
  return {
    past: changes.length ? [...past, { label, changes }] : past,
    future: [],
    open: changes.length ? open : null,
  };
}

/** End the open step: the next edit starts a new one. */
export function seal(history: History): History {
  return history.open ? { ...history, open: null } : history;
}

export interface Moved {
  history: History;
  doc: WorkflowDocument;
  label: string;
}

export function undo(history: History, doc: WorkflowDocument): Moved | null {
  const step = history.past.at(-1);
  if (!step) return null;
  const moved = { past: history.past.slice(0, -1), future: [...history.future, step], open: null };
  return { history: moved, doc: apply(doc, step, "before"), label: step.label };
}

export function redo(history: History, doc: WorkflowDocument): Moved | null {
  const step = history.future.at(-1);
  if (!step) return null;
  const moved = { past: [...history.past, step], future: history.future.slice(0, -1), open: null };
  return { history: moved, doc: apply(doc, step, "after"), label: step.label };
}
