/** Start, stop and watch runs. */

import { api } from "../api/client";
import { ApiError, explain } from "../api/errors";
import type { Live } from "../api/live";
import type { NodeId, RunSummary } from "../model/types";
import { notify } from "../ui";
import { saveNow } from "./autosave";
import { checkStore } from "./checkStore";
import { currentDoc, docStore } from "./docStore";
import { beginRun, type RunInfo, runStore } from "./runStore";
import { showRun } from "./snapshot";
import { selectNodes, showTab } from "./viewStore";

let live: Live | null = null;

/** Watch runs over this connection. */
export function attachLive(connection: Live | null): void {
  live = connection;
}

export const isRunning = (status: string | null): boolean => status === "running" || status === "starting";

function requestId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** Follow a run that goes on. */
export function watchRun(runId: string, name: string): void {
  const nodes = Object.keys(currentDoc().nodes).length;
  follow({ runId, name, status: "running", startedAt: Date.now() / 1000, nodes });
}

function follow(info: Partial<RunInfo> & { readonly runId: string }): void {
  const { runId: before } = runStore.getState();
  if (before && before !== info.runId) live?.unwatch(before);
  beginRun(info);
  live?.watch(info.runId, 0);
}

function refused(error: unknown): void {
  beginRun({});
  const { message, remedy } = explain(error);
  notify.failed(message, remedy);
  if (!(error instanceof ApiError) || error.problems.length === 0) return;
  checkStore.setState({ problems: error.problems });
  const broken = error.problems.flatMap((problem) =>
    problem.severity === "error" ? (problem.node ?? []) : [],
  );
  if (broken.length) selectNodes(broken.slice(0, 1));
}

/** Run the workflow, or only what follows from one node. */
export async function startRun(start?: NodeId): Promise<void> {
  if (isRunning(runStore.getState().status)) return;
  const { name } = currentDoc();
  beginRun({ status: "starting", name, startedAt: Date.now() / 1000 });
  const saved = await saveNow();
  const { doc, id } = docStore.getState();
  try {
    const request = { workflow: saved ? id : doc, request_id: requestId(), ...(start ? { start } : {}) };
    const { run_id } = await api.startRun(request);
    watchRun(run_id, name);
  } catch (error) {
    refused(error);
  }
}

export async function cancelRun(): Promise<void> {
  const { runId } = runStore.getState();
  if (runId === null) return;
  try {
    await api.cancelRun(runId);
  } catch (error) {
    notify.failed(explain(error).message, explain(error).remedy);
  }
}

/** Say whether a call that waits may be made. The answer is shown when the run says that it got it. */
export async function decide(callId: string, approved: boolean, reason = ""): Promise<void> {
  const { runId } = runStore.getState();
  if (runId === null) return;
  try {
    await api.decide(runId, callId, approved, reason.trim());
  } catch (error) {
    notify.failed(explain(error).message, explain(error).remedy);
  }
}

/** Go on with a run that was cut off. */
export async function resumeRun(runId: string): Promise<void> {
  const { run_id } = await api.resumeRun(runId);
  watchRun(run_id, runStore.getState().name);
}

/** Show a run of the past on the canvas and in the panels. */
export async function showPastRun(runId: string): Promise<void> {
  const run = await api.run(runId);
  if (run.status === "running") return watchRun(runId, run.name);
  // An ended run is told again from its first event: with its log, its times, its pictures.
  const { name, status } = run;
  if (run.last_seq && status !== "interrupted") follow({ runId, name, status });
  else showRun(run);
  showTab("display");
}

/** A run of this workflow is under way (the page was reloaded): follow it. */
export function adopt(runs: readonly RunSummary[]): void {
  const { id } = docStore.getState();
  const mine = runs.find((run) => run.workflow_id === id && run.status === "running");
  if (mine && runStore.getState().runId === null) watchRun(mine.run_id, mine.name);
}

/** The run that is shown has ended, but its last event never came: fetch what is kept. */
export async function settle(summary: RunSummary): Promise<void> {
  const shown = runStore.getState();
  if (summary.run_id !== shown.runId || summary.status === "running" || !isRunning(shown.status)) return;
  await new Promise((done) => setTimeout(done, 1_500));
  const now = runStore.getState();
  if (now.runId === summary.run_id && isRunning(now.status)) showRun(await api.run(summary.run_id));
}

/** After the connection was lost: a run that is shown as under way may have ended meanwhile. */
export async function catchUp(running: readonly RunSummary[]): Promise<void> {
  const { runId, status } = runStore.getState();
  if (runId === null || !isRunning(status) || running.some((run) => run.run_id === runId)) return;
  const run = await api.run(runId);
  if (runStore.getState().runId === runId && run.status !== "running") showRun(run);
}

/** Try to reach the server now. */
export function reconnect(): void {
  live?.reconnect();
}
