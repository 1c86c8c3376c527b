/** Which workflows listen. That is the server's to know: here is what it said last, asked again when something happened. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { api } from "../api/client";
import { ApiError, explain } from "../api/errors";
import type { Listener } from "../api/types";
import type { NodeId, RunSummary } from "../model/types";
import { notify } from "../ui";
import { saveNow } from "./autosave";
import { checkStore } from "./checkStore";
import { docStore } from "./docStore";
import { runStore } from "./runStore";
import { isRunning, watchRun } from "./runs";
import { serverStore } from "./serverStore";

export interface ListeningState {
  /** Null until the server has said it. */
  readonly listeners: readonly Listener[] | null;
  readonly failed: Error | null;
  /** The workflow that is told to listen, or to stop. */
  readonly busy: string | null;
}

export const listeningStore = createStore<ListeningState>(() => ({
  listeners: null,
  failed: null,
  busy: null,
}));

export function useListening<T>(select: (state: ListeningState) => T): T {
  return useStore(listeningStore, select);
}

export function listenerOf({ listeners }: ListeningState, id: string): Listener | null {
  return listeners?.find((one) => one.workflow_id === id) ?? null;
}

/** Whether a node of the workflow that is open is heard for now. */
export function isHeard(state: ListeningState, id: string, node: NodeId): boolean {
  const listener = listenerOf(state, id);
  return (
    listener !== null && !listener.error && listener.nodes.some((one) => one.node === node && !one.always)
  );
}

/** Other tabs of this browser are told at once; all others see it when they are looked at again. */
const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("nodebuilder-listening") : null;

let asked = 0;

/** Ask the server which workflows listen; the answer to the last question counts. */
export async function refreshListening(): Promise<void> {
  asked += 1;
  const mine = asked;
  try {
    const { listeners } = await api.listeners();
    if (mine === asked) listeningStore.setState({ listeners, failed: null });
  } catch (error) {
    if (mine === asked) listeningStore.setState({ failed: error as Error });
  }
}

function refused(error: unknown): void {
  const { message, remedy } = explain(error);
  notify.failed(message, remedy);
  if (error instanceof ApiError && error.problems.length) checkStore.setState({ problems: error.problems });
}

async function change(id: string, step: () => Promise<unknown>): Promise<void> {
  if (listeningStore.getState().busy) return;
  listeningStore.setState({ busy: id });
  await step().catch(refused);
  tabs?.postMessage(id);
  await refreshListening();
  listeningStore.setState({ busy: null });
}

/** Let the workflow that is open listen, in the version that is shown. */
export async function listen(): Promise<void> {
  const saved = await saveNow();
  const { id } = docStore.getState();
  if (saved) await change(id, () => api.listen(id));
  else notify.failed("The workflow is not saved on the server.", "Save it, then let it listen.");
}

export async function stopListening(id: string): Promise<void> {
  await change(id, () => api.stopListening(id));
}

/** A run that an event began is shown, when it is one of this workflow and nothing else is being watched. */
export function followHeard(run: RunSummary): void {
  const { id } = docStore.getState();
  const { runId, status } = runStore.getState();
  const heard = run.workflow_id === id && listenerOf(listeningStore.getState(), id) !== null;
  if (heard && run.status === "running" && run.run_id !== runId && !isRunning(status))
    watchRun(run.run_id, run.name);
}

/** Milliseconds: what happens close together is one question. */
const PAUSE = 400;
/** A schedule that was due has begun its run by then, or passed it over. */
const AFTER_DUE = 1_500;
const LONGEST = 3_600_000;

/** When the next schedule is due, in milliseconds from now; null when none is. */
export function untilDue({ listeners }: ListeningState, now = Date.now()): number | null {
  const times = (listeners ?? []).flatMap(({ nodes }) => nodes.flatMap(({ next_at }) => next_at ?? []));
  if (times.length === 0) return null;
  return Math.min(LONGEST, Math.max(0, Math.min(...times) * 1000 - now) + AFTER_DUE);
}

/** Keep it fresh: after runs of workflows that listen, after saving, after a lost connection, and when a time has passed. */
export function startListening(): () => void {
  let soon: ReturnType<typeof setTimeout> | undefined;
  let due: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    soon ??= setTimeout(() => {
      soon = undefined;
      void refreshListening();
    }, PAUSE);
  };
  const seen = () => {
    if (!document.hidden) later();
  };
  const endings = [
    listeningStore.subscribe((now, before) => {
      if (now.listeners === before.listeners) return;
      clearTimeout(due);
      const wait = untilDue(now);
      if (wait !== null) due = setTimeout(seen, wait);
    }),
    serverStore.subscribe((now, before) => {
      if (now.live === "open" && before.live !== "open") later();
      const run = now.changedRun;
      if (run && run !== before.changedRun && listenerOf(listeningStore.getState(), run.workflow_id ?? ""))
        later();
    }),
    docStore.subscribe((now, before) => {
      if (now.version === before.version && now.id === before.id) return;
      if (listeningStore.getState().listeners?.length) later();
    }),
  ];
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("focus", seen);
  tabs?.addEventListener("message", later);
  void refreshListening();
  return () => {
    clearTimeout(soon);
    clearTimeout(due);
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("focus", seen);
    tabs?.removeEventListener("message", later);
    for (const end of endings) end();
  };
}
