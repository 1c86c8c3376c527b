/** The conversation of the workflow in the editor: what its display holds, and messages on their way. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { api } from "../api/client";
import { ApiError, explain } from "../api/errors";
import type { DisplayEntry, QueuedMessage } from "../api/types";
import type { Json, RunSummary } from "../model/types";
import { notify } from "../ui";
import { saveNow } from "./autosave";
import { docStore } from "./docStore";
import { runStore } from "./runStore";
import { isRunning, watchRun } from "./runs";

export interface Chat {
  /** The workflow whose conversation this is. */
  readonly id: string;
  readonly loaded: boolean;
  readonly entries: readonly DisplayEntry[];
  readonly queued: readonly QueuedMessage[];
  /** Messages on their way to the server, in order. */
  readonly outbox: readonly string[];
  /** How many messages the server told of before the first of these. */
  readonly before: number;
  /** What is written and not sent. */
  readonly draft: string;
}

const nothing: Chat = { id: "", loaded: false, entries: [], queued: [], outbox: [], before: 0, draft: "" };

export const chatStore = createStore<Chat>(() => nothing);

/** The conversation, as a hook. */
export const useChat = <T>(select: (chat: Chat) => T): T => useStore(chatStore, select);

/** Runs that answer messages of this page: they are followed as they begin. */
const mine = new Set<string>();

let asking: Promise<void> | null = null;
let again = false;

/** Read the conversation from the server; calls that come while it is read are one more reading. */
export function refreshChat(): Promise<void> {
  if (asking) {
    again = true;
    return asking;
  }
  asking = readUntilQuiet().finally(() => {
    asking = null;
  });
  return asking;
}

async function readUntilQuiet(): Promise<void> {
  do {
    again = false;
    await readOnce();
  } while (again);
}

async function readOnce(): Promise<void> {
  const { id, version } = docStore.getState();
  if (id === "") return;
  // A workflow that was never kept has displayed nothing.
  if (version === null) return take(id, { entries: [], queued: [], loaded: true });
  try {
    const { entries, queued } = await api.display(id);
    take(id, { entries, queued, loaded: true });
  } catch (error) {
    // One that was deleted meanwhile displays nothing; anything else is tried again with the next news.
    if (error instanceof ApiError && error.status === 404)
      take(id, { entries: [], queued: [], loaded: true });
  }
}

function take(id: string, changes: Partial<Chat>): void {
  if (docStore.getState().id !== id) return;
  const before = chatStore.getState();
  chatStore.setState(before.id === id ? changes : { ...nothing, id, ...changes });
  for (const message of changes.queued ?? []) mine.add(message.run_id);
}

/** How many messages were written: answered, being answered, or waiting. */
function messages({ entries, queued }: Pick<Chat, "entries" | "queued">): number {
  const runs = new Set(queued.map((message) => message.run_id));
  const written = entries.filter((entry) => isWritten(entry) && !runs.has(entry.run_id ?? ""));
  return written.length + queued.length;
}

/** The messages on their way that the server has not told of yet. */
export function pendingTexts(chat: Chat): readonly string[] {
  if (chat.outbox.length === 0) return chat.outbox;
  return chat.outbox.slice(Math.max(0, messages(chat) - chat.before));
}

/** Whether a person wrote this entry; files of the older system say so by the title alone. */
export function isWritten({ node_title }: Pick<DisplayEntry, "node_title">): boolean {
  return node_title === "User" || node_title.includes("DisplayInputEventNode");
}

/** Write, without sending. */
export function setDraft(draft: string): void {
  chatStore.setState({ draft });
}

/** Send a message: a run begins at the Display Input node, or as soon as the one before has ended. */
export async function sendMessage(text: string): Promise<void> {
  if (text.trim() === "") return;
  const chat = chatStore.getState();
  const first = chat.outbox.length === 0;
  chatStore.setState({
    outbox: [...chat.outbox, text],
    draft: "",
    ...(first ? { before: messages(chat) } : {}),
  });
  if (!first) return; // whoever sends the first one sends them all
  const { id } = docStore.getState();
  const waiting = () => (chatStore.getState().id === id ? chatStore.getState().outbox.slice(sent) : []);
  let sent = 0;
  do {
    for (let [next] = waiting(); next !== undefined; [next] = waiting()) {
      if (await post(id, next)) sent += 1;
      else putBack(waiting());
    }
    await refreshChat();
  } while (waiting().length > 0);
  if (chatStore.getState().id === id) chatStore.setState({ outbox: [] });
}

/** What was not taken stands again where it was written. */
function putBack(texts: readonly string[]): void {
  const { outbox, draft } = chatStore.getState();
  const left = outbox.slice(0, outbox.length - texts.length);
  chatStore.setState({ outbox: left, draft: [...texts, draft].filter(Boolean).join("\n\n") });
}

/** Post one message, and say whether the server took it. */
async function post(id: string, text: string): Promise<boolean> {
  const saved = await saveNow();
  const { doc } = docStore.getState();
  try {
    const { run_id, queued } = await api.sendMessage(id, text, saved ? undefined : doc);
    mine.add(run_id);
    if (queued === 0) follow(run_id, doc.name);
    return true;
  } catch (error) {
    const { message, remedy } = explain(error);
    notify.failed(message, remedy);
    return false;
  }
}

/** Take back a message that waits. */
export async function withdrawMessage({ run_id, text }: QueuedMessage): Promise<void> {
  try {
    await api.withdrawMessage(docStore.getState().id, run_id);
    if (chatStore.getState().draft === "") setDraft(text);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404)
      notify.failed(explain(error).message, explain(error).remedy);
  }
  await refreshChat();
}

/** A run of a message has begun: show it, unless another run is being watched. */
export function followAnswer(run: RunSummary): void {
  if (run.status === "running" && mine.has(run.run_id)) follow(run.run_id, run.name);
}

/** What answers comes one by one, so a run that begins is the newest, unless a person watches one of another kind. */
function follow(run: string, name: string): void {
  const { runId, status } = runStore.getState();
  const other = isRunning(status) && runId !== null && !mine.has(runId);
  if (run !== runId && !other) watchRun(run, name);
}

/** Clear the conversation, with a way back. */
export async function clearChat(): Promise<void> {
  const { id, entries } = chatStore.getState();
  try {
    await api.clearDisplay(id);
    await refreshChat();
    const undo = { label: "Undo", onClick: () => void loadChat(entries) };
    notify.done("The display is cleared", entries.length ? undo : undefined);
  } catch (error) {
    notify.failed(explain(error).message, explain(error).remedy);
  }
}

/** Put other entries in the place of the conversation; says whether it could. */
export async function loadChat(entries: readonly (DisplayEntry | Json)[]): Promise<boolean> {
  await saveNow();
  const { id } = docStore.getState();
  try {
    take(id, await api.putDisplay(id, entries));
    return true;
  } catch (error) {
    notify.failed(explain(error).message, explain(error).remedy);
    return false;
  }
}

/** Keep the conversation in step with the workflow that is open. Returns the way to stop. */
export function startChat(): () => void {
  const change = ({ id }: { readonly id: string }) => {
    if (id === chatStore.getState().id) return;
    chatStore.setState({ ...nothing, id });
    void refreshChat();
  };
  change(docStore.getState());
  return docStore.subscribe(change);
}
