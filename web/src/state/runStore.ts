/** The run that is shown: one state per node with its own listeners, filled once per frame. */

import { useCallback, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type {
  ApprovalAsked,
  ApprovalGiven,
  Displayed,
  LogLevel,
  NodeId,
  Outputs,
  RunError,
  RunEvent,
  RunStatus,
  Waiting,
} from "../model/types";
import { afterEvent, afterRun, idle, type NodeRun } from "./nodeRun";

export interface LogEntry {
  readonly seq: number;
  readonly at: number;
  readonly node: NodeId | null;
  readonly level: LogLevel;
  readonly message: string;
}

export interface RunInfo {
  readonly runId: string | null;
  readonly name: string;
  readonly status: RunStatus | "starting" | null;
  readonly startedAt: number;
  readonly seconds: number;
  /** Nodes of the run, and those that are done with at least one firing. */
  readonly nodes: number;
  readonly finished: number;
  readonly cost: number | null;
  readonly displayed: readonly Displayed[];
  readonly log: readonly LogEntry[];
  readonly outputs: Outputs;
  readonly errors: readonly RunError[];
  readonly waiting: readonly Waiting[];
  /** Calls of tools that wait for a person, the oldest first. */
  readonly asking: readonly ApprovalAsked[];
  readonly lastSeq: number;
}

const LOG_LIMIT = 2_000;
const DISPLAY_LIMIT = 200;

export const noRun: RunInfo = {
  runId: null,
  name: "",
  status: null,
  startedAt: 0,
  seconds: 0,
  nodes: 0,
  finished: 0,
  cost: 0,
  displayed: [],
  log: [],
  outputs: {},
  errors: [],
  waiting: [],
  asking: [],
  lastSeq: 0,
};

export const runStore = createStore<RunInfo>(() => noRun);

const runs = new Map<NodeId, NodeRun>();
const listeners = new Map<NodeId, Set<() => void>>();
const anyListeners = new Set<(ids: ReadonlySet<NodeId>) => void>();
let buffer: RunEvent[] = [];
let timer: number | ReturnType<typeof setTimeout> | null = null;

export const nodeRun = (id: NodeId): NodeRun => runs.get(id) ?? idle;

function listen(id: NodeId, listener: () => void): () => void {
  const set = listeners.get(id) ?? new Set();
  listeners.set(id, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0) listeners.delete(id);
  };
}

/** The state of one node in the run; only this node's component renders when it changes. */
export function useNodeRun(id: NodeId): NodeRun {
  const subscribe = useCallback((listener: () => void) => listen(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => nodeRun(id));
}

export function useRun<T>(select: (run: RunInfo) => T): T {
  return useStore(runStore, select);
}

/** Be told, once per frame, which nodes changed (for what is drawn on canvases). */
export function onNodeRuns(listener: (ids: ReadonlySet<NodeId>) => void): () => void {
  anyListeners.add(listener);
  return () => anyListeners.delete(listener);
}

function tell(ids: ReadonlySet<NodeId>): void {
  for (const id of ids) for (const listener of listeners.get(id) ?? []) listener();
  for (const listener of anyListeners) listener(ids);
}

/** Forget the last run and show this one. */
export function beginRun(info: Partial<RunInfo>): void {
  buffer = [];
  const gone = new Set(runs.keys());
  runs.clear();
  runStore.setState({ ...noRun, ...info }, true);
  tell(gone);
}

/** Take an event; it is shown with the next frame, together with all that came meanwhile. */
export function takeEvent(event: RunEvent): void {
  buffer.push(event);
  if (timer !== null) return;
  const hidden = globalThis.document?.hidden ?? true;
  timer = hidden ? setTimeout(flush, 100) : requestAnimationFrame(flush);
}

/** Show all that came. */
export function flush(): void {
  timer = null;
  const events = buffer;
  buffer = [];
  const changed = new Set<NodeId>();
  let info = runStore.getState();
  for (const event of events) {
    if (event.run_id !== info.runId || event.seq <= info.lastSeq) continue;
    if ("node" in event) applyToNode(event, changed);
    info = { ...afterRunEvent(info, event), lastSeq: event.seq };
    if (event.kind === "run_finished") finishNodes(event.waiting, changed);
  }
  if (info !== runStore.getState()) runStore.setState(info, true);
  if (changed.size) tell(changed);
}

function applyToNode(
  event: Exclude<RunEvent, { kind: "run_started" | "run_finished" }>,
  changed: Set<NodeId>,
): void {
  const before = nodeRun(event.node);
  const after = afterEvent(before, event);
  if (after === before) return;
  runs.set(event.node, after);
  changed.add(event.node);
}

function finishNodes(waiting: readonly Waiting[], changed: Set<NodeId>): void {
  for (const [id, run] of runs) {
    const after = afterRun(run);
    if (after !== run) changed.add(id);
    runs.set(id, after);
  }
  for (const { node, inputs } of waiting) {
    const before = nodeRun(node);
    const status = before.status === "idle" ? "waiting" : before.status;
    runs.set(node, { ...before, status, missing: inputs });
    changed.add(node);
  }
}

function logged(info: RunInfo, event: RunEvent, level: LogLevel, message: string): RunInfo {
  const node = "node" in event ? event.node : null;
  const entry = { seq: event.seq, at: event.at, node, level, message };
  return { ...info, log: [...info.log.slice(-LOG_LIMIT + 1), entry] };
}

/** A run of the past that is told again is not under way. */
function began(status: RunInfo["status"]): Pick<RunInfo, "status"> {
  const ended = status === "succeeded" || status === "failed" || status === "cancelled";
  return { status: ended ? status : "running" };
}

function verdict({ approved, reason }: ApprovalGiven): string {
  if (approved) return "A person allowed the call.";
  return reason ? `A person refused the call: ${reason}` : "A person refused the call.";
}

function afterRunEvent(info: RunInfo, event: RunEvent): RunInfo {
  switch (event.kind) {
    case "run_started":
      return { ...info, ...began(info.status), name: event.name, startedAt: event.at, nodes: event.nodes };
    case "node_logged":
      return logged(info, event, event.level, event.message);
    case "call_delayed":
      return logged(info, event, "warning", `${event.reason} Waiting ${Math.round(event.seconds)} s.`);
    case "displayed":
      return { ...info, displayed: [...info.displayed.slice(-DISPLAY_LIMIT + 1), event] };
    case "output_sent":
      return {
        ...info,
        outputs: { ...info.outputs, [event.node]: { ...info.outputs[event.node], ...event.outputs } },
      };
    case "cost_added":
      return { ...info, cost: info.cost === null || event.usd === null ? null : info.cost + event.usd };
    case "approval_asked": {
      const asked = { ...info, asking: [...info.asking, event] };
      return logged(asked, event, "info", `Asks before it calls ${event.name}.`);
    }
    case "approval_given": {
      const answered = info.asking.filter((one) => one.call_id !== event.call_id);
      return logged({ ...info, asking: answered }, event, "info", verdict(event));
    }
    case "node_finished":
      return event.firing === 1 ? { ...info, finished: info.finished + 1 } : info;
    case "node_failed": {
      const { node, message, remedy, code } = event;
      if (event.caught) return logged(info, event, "warning", `${message} (caught)`);
      const failed = { ...info, errors: [...info.errors, { node, message, remedy, code }] };
      return logged(failed, event, "error", message);
    }
    case "run_finished": {
      const { status, outputs, errors, waiting, cost_usd, seconds } = event;
      // Nothing known of the money is no money, unless some call had no known price.
      const cost = info.cost === null ? null : (cost_usd ?? info.cost);
      return { ...info, status, outputs, errors, waiting, asking: [], cost, seconds };
    }
    default:
      return info;
  }
}

/** One part of a node's state; the component renders only when this part changes. */
export function useNodeRunPart<T extends string | number | boolean | null>(
  id: NodeId,
  part: (run: NodeRun) => T,
): T {
  const subscribe = useCallback((listener: () => void) => listen(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => part(nodeRun(id)));
}
