/** Files of the earlier editor: what the server made of one, and the question of what becomes of the keys in it. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { api } from "../api/client";
import { explain } from "../api/errors";
import type { KeptSecret } from "../api/types";
import { toDocument } from "../model/document";
import { shapeOf } from "../model/geometry";
import { makeRoom } from "../model/room";
import type { WorkflowDocument } from "../model/types";
import { notify } from "../ui";
import { refreshSecrets } from "./keys";
import { definitionOf } from "./libraryStore";

type Open = (doc: WorkflowDocument) => Promise<void>;

/** An older file as the server reads it. */
export interface OlderFile {
  readonly text: string;
  readonly doc: WorkflowDocument;
  readonly mends: readonly string[];
  /** The keys that stand in it; while there are some, nothing is opened before a person has chosen. */
  readonly keys: readonly KeptSecret[];
  readonly open: Open;
}

export interface OlderState {
  readonly file: OlderFile | null;
  /** The answer is being carried out. */
  readonly busy: boolean;
}

export const olderStore = createStore<OlderState>(() => ({ file: null, busy: false }));

export function useOlder<T>(select: (state: OlderState) => T): T {
  return useStore(olderStore, select);
}

/** Close the dialog; a file whose keys were asked for is not opened. */
export function closeOlder(): void {
  olderStore.setState({ file: null, busy: false });
}

/** Make a workflow of an older file and open it, or ask first when there are keys in it. */
export async function takeOlder(text: string, name: string, open: Open): Promise<void> {
  const { workflow, mends, secrets: keys } = await api.importWorkflow(text, false);
  const doc = roomy({ ...toDocument(workflow), name });
  if (keys.length === 0) await open(doc);
  if (keys.length + mends.length === 0)
    notify.say(
      `“${name}” is open`,
      "It was saved by the earlier editor, and nothing in it had to be mended.",
    );
  if (keys.length || mends.length)
    olderStore.setState({ file: { text, doc, mends, keys, open }, busy: false });
}

/** Open the file that waits for the choice: the keys of these names become secrets, the others stay out. */
export async function decideKeys(kept: ReadonlySet<string>): Promise<void> {
  const { file, busy } = olderStore.getState();
  if (!file || busy) return;
  olderStore.setState({ busy: true });
  try {
    await file.open(kept.size ? await withSecrets(file, kept) : file.doc);
    closeOlder();
  } catch (error) {
    olderStore.setState({ busy: false });
    notify.failed(explain(error).message, explain(error).remedy);
  }
}

async function withSecrets(file: OlderFile, kept: ReadonlySet<string>): Promise<WorkflowDocument> {
  const { text, doc, keys, mends } = file;
  const others = new Set(keys.map(({ name }) => name).filter((name) => !kept.has(name)));
  const taken = await api.importWorkflow(text, true, [...others]);
  await refreshSecrets();
  for (const mend of taken.mends) if (!mends.includes(mend)) notify.failed(mend);
  return roomy({ ...toDocument(taken.workflow), name: doc.name });
}

/** Nodes are larger here than they were there: those that would lie over others make room. */
function roomy(doc: WorkflowDocument): WorkflowDocument {
  return makeRoom(doc, (id) => shapeOf(doc, id, definitionOf(doc.nodes[id]?.type)));
}
