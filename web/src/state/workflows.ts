/** Open, create, download: which workflow is in the editor. */

import { api } from "../api/client";
import { ApiError, explain } from "../api/errors";
import {
  DocumentError,
  emptyDocument,
  isOlder,
  parseText,
  toDocument,
  writeDocument,
} from "../model/document";
import type { WorkflowDocument } from "../model/types";
import { newWorkflowId } from "../model/workflowId";
import { notify } from "../ui";
import { saveNow } from "./autosave";
import { docStore, openDoc } from "./docStore";
import { firstDocument } from "./firstDocument";
import { withoutKeys } from "./keys";
import { libraryStore } from "./libraryStore";
import { lastOpen, readCopy } from "./localCopy";
import { idFor } from "./naming";
import { takeOlder } from "./older";
import { beginRun } from "./runStore";
import { setView } from "./viewStore";

const opened = new Set<() => void>();

/** Be told after another workflow was opened (the canvas then fits it). */
export function onOpened(listener: () => void): () => void {
  opened.add(listener);
  return () => opened.delete(listener);
}

function show(doc: WorkflowDocument, id: string, version: number | null): void {
  openDoc({ doc, id, version });
  beginRun({});
  const nothing = { group: null, renamingGroup: null, renaming: null, menu: null, search: null };
  setView({ selection: new Set(), links: new Set(), ...nothing });
  for (const listener of opened) listener();
}

/** Keep what is there, then begin an empty workflow. */
export async function newWorkflow(): Promise<void> {
  await saveNow();
  show(emptyDocument(), newWorkflowId(), null);
}

/** After a conflict: keep what is shown as a workflow of its own. */
export async function keepAsCopy(): Promise<void> {
  const { doc } = docStore.getState();
  const copy = { ...doc, name: `${doc.name} (copy)` };
  show(copy, await idFor(copy), null);
  await saveNow();
}

/** Open a workflow the server keeps. */
export async function openWorkflow(id: string): Promise<void> {
  await saveNow();
  const stored = await api.workflow(id);
  show(toDocument(stored.workflow), id, stored.version);
}

/** Show a document that came from outside as a new workflow, and save it. */
async function showNew(doc: WorkflowDocument): Promise<void> {
  await saveNow();
  show(doc, await idFor(doc), null);
  void saveNow();
}

/** Open what a file holds as a new workflow; one of the earlier editor is made into one of today, named after the file. */
export async function openText(text: string, name = ""): Promise<void> {
  try {
    const value = parseText(text);
    if (isOlder(value)) await takeOlder(text, stemOf(name), showNew);
    else await showNew(await withoutKeys(toDocument(value)));
  } catch (error) {
    const { message, remedy } = explain(error);
    notify.failed(message, error instanceof DocumentError ? "Choose the file of a workflow." : remedy);
  }
}

/** The name of a workflow file without its endings. */
export function stemOf(name: string): string {
  return name.replace(/(\.flow)?\.json$/i, "").trim() || "Untitled";
}

export async function openFile(file: File): Promise<void> {
  await openText(await file.text(), file.name);
}

/** Open what was dropped: one workflow at a time, since each takes the place of the one that is shown. */
export function openDropped(files: readonly File[]): void {
  const workflows = files.filter(({ name }) => /\.json$/i.test(name));
  const [first] = workflows;
  if (files.length > 1 && workflows.length > 0)
    notify.say("Several files were dropped, and none was opened.", "Drop one workflow at a time.");
  else if (first) void openFile(first);
  else
    notify.say(
      "This file cannot be opened here",
      "Drop the file of a workflow (.json), or a picture on a picture widget.",
    );
}

/** Let the person choose a JSON file, and hand it on. */
export function pickFile(take: (file: File) => Promise<void>): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".json,application/json";
  input.hidden = true;
  input.onchange = () => {
    const [file] = input.files ?? [];
    input.remove();
    if (file) void take(file);
  };
  input.oncancel = () => input.remove();
  document.body.append(input);
  input.click();
}

/** Let the person choose a file and open it. */
export function chooseFile(): void {
  pickFile(openFile);
}

export function fileName(name: string): string {
  const stem = name
    .normalize("NFKD")
    .replace(/[^\w\s-]/g, "")
    .trim()
    .replace(/\s+/g, "-")
    .toLowerCase();
  return `${stem || "workflow"}.flow.json`;
}

/** Hand the document to the browser as a file. */
export function download(): void {
  const { doc } = docStore.getState();
  const url = URL.createObjectURL(new Blob([writeDocument(doc)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(doc.name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

async function newest(): Promise<string | null> {
  const { workflows } = await api.workflows();
  return workflows[0]?.id ?? null;
}

/** What was open last: unsaved work first, then the server's copy, then the first workflow ever. */
export async function restore(): Promise<void> {
  const copy = readCopy();
  if (copy) {
    openDoc({ ...copy, saved: "changed" });
    for (const listener of opened) listener();
    notify.say("Unsaved changes were restored");
    void saveNow();
    return;
  }
  try {
    const id = lastOpen() ?? (await newest());
    if (id) return await openWorkflow(id);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404)
      notify.failed(explain(error).message, explain(error).remedy);
  }
  show(firstDocument(libraryStore.getState().byType), newWorkflowId(), null);
}
