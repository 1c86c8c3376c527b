/** Save a moment after the last change; keep a copy in the browser until the server has taken it. */

import { api } from "../api/client";
import { ApiError } from "../api/errors";
import { toDocument, writeDocument } from "../model/document";
import { notify } from "../ui";
import { docStore, openDoc } from "./docStore";
import { dropCopy, keepCopy, rememberOpen } from "./localCopy";

const PAUSE = 700;
const COPY_PAUSE = 150;
const RETRY = 5_000;
let saving: Promise<boolean> | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let copyTimer: ReturnType<typeof setTimeout> | undefined;

/** Save now. True when the server has the document as it is shown. */
export async function saveNow(): Promise<boolean> {
  clearTimeout(timer);
  if (saving) await saving;
  const { saved } = docStore.getState();
  if (saved === "saved") return true;
  if (saved === "conflict") return false;
  saving = save().finally(() => {
    saving = null;
  });
  return saving;
}

/** Do something with the document as the server has it, while nothing is saved. */
export async function betweenSaves(step: () => Promise<void>): Promise<void> {
  await saveNow();
  while (saving) await saving;
  const work = step();
  saving = work.then(
    () => true,
    () => false,
  );
  await work.finally(() => {
    saving = null;
  });
}

async function save(force = false): Promise<boolean> {
  const { doc, id, version } = docStore.getState();
  docStore.setState({ saved: "saving" });
  try {
    const stored = await api.saveWorkflow(id, doc, force ? undefined : (version ?? undefined));
    const now = docStore.getState();
    if (now.id !== id) return true;
    const cleaned = toDocument(stored.workflow);
    const same = now.doc === doc;
    // The server took a key out of the document: show what it kept.
    const shown = same && writeDocument(cleaned) !== writeDocument(doc) ? cleaned : now.doc;
    docStore.setState({
      doc: shown,
      version: stored.version,
      saved: same ? "saved" : "changed",
      clean: same ? shown : doc,
    });
    if (same) dropCopy();
    else later(PAUSE);
    return same;
  } catch (error) {
    // It has another id by now: it is saved again under that one.
    if (docStore.getState().id !== id) later(PAUSE);
    else failed(error);
    return false;
  }
}

function failed(error: unknown): void {
  if (error instanceof ApiError && error.status === 409) {
    docStore.setState({ saved: "conflict" });
    return;
  }
  docStore.setState({ saved: "local" });
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
  if (refused) notify.failed(error.detail, error.remedy);
  else later(RETRY);
}

/** After a conflict: save what is shown over what the other one saved. */
export async function keepMine(): Promise<void> {
  await save(true);
}

/** After a conflict: show what the other one saved. */
export async function takeTheirs(): Promise<void> {
  const { id } = docStore.getState();
  const stored = await api.workflow(id);
  openDoc({ doc: toDocument(stored.workflow), id, version: stored.version });
  dropCopy();
}

function later(pause: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void saveNow(), pause);
}

/** Begin to save by itself. Returns the way to stop. */
export function startAutosave(): () => void {
  const first = docStore.getState();
  rememberOpen(first.id);
  if (first.saved === "changed") later(PAUSE);
  const stop = docStore.subscribe((now, before) => {
    if (now.id !== before.id) rememberOpen(now.id);
    if (now.doc === before.doc || now.saved === "saved") return;
    clearTimeout(copyTimer);
    copyTimer = setTimeout(() => keepCopy(docStore.getState()), COPY_PAUSE);
    if (now.saved !== "conflict" && now.saved !== "saving") later(PAUSE);
  });
  const leaving = () => {
    if (docStore.getState().saved !== "saved") keepCopy(docStore.getState());
  };
  globalThis.addEventListener?.("pagehide", leaving);
  return () => {
    stop();
    clearTimeout(timer);
    clearTimeout(copyTimer);
    globalThis.removeEventListener?.("pagehide", leaving);
  };
}
