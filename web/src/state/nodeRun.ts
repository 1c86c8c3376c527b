/** How one node stands in the run, and how an event changes that. Pure. */

import { isRecord } from "../model/document";
import type { ApprovalAsked, Charged, CostAdded, Json, RunEvent } from "../model/types";

export type NodeStatus =
  | "idle"
  | "waiting"
  | "running"
  | "asks"
  | "done"
  | "failed"
  | "caught"
  | "skipped"
  | "reused";

export interface NodeError {
  readonly message: string;
  readonly remedy: string;
  readonly code: string;
  readonly charged: Charged;
  /** A loop around the node dealt with it. */
  readonly caught?: boolean;
}

export interface NodeRun {
  readonly status: NodeStatus;
  readonly firings: number;
  /** The firings under way: a node may fire again before it has finished. */
  readonly active: readonly number[];
  /** How it stands when nothing is under way and nobody is asked. */
  readonly rest: NodeStatus;
  /** Calls that wait until a person allows or refuses them. */
  readonly asking: readonly ApprovalAsked[];
  /** Epoch seconds at which the firings under way began. */
  readonly since: number;
  readonly seconds: number;
  readonly fraction: number | null;
  readonly message: string;
  readonly text: string;
  readonly preview: string | null;
  readonly error: NodeError | null;
  /** Money spent by this node in the run; null once a cost was not known. */
  readonly cost: number | null;
  readonly paid: boolean;
  /** Paid calls that were answered. */
  readonly calls: number;
  /** Calls of a model that this node answered as a tool. */
  readonly answers: number;
  /** Epoch seconds until which a refused call is waited out, and why. */
  readonly delay: { readonly until: number; readonly reason: string } | null;
  /** Inputs that never got a value although others did. */
  readonly missing: readonly string[];
}

export const idle: NodeRun = {
  status: "idle",
  firings: 0,
  active: [],
  rest: "idle",
  asking: [],
  since: 0,
  seconds: 0,
  fraction: null,
  message: "",
  text: "",
  preview: null,
  error: null,
  cost: 0,
  paid: false,
  calls: 0,
  answers: 0,
  delay: null,
  missing: [],
};

const TEXT_LIMIT = 20_000;

function addCost(run: NodeRun, event: CostAdded): NodeRun {
  const cost = run.cost === null || event.usd === null ? null : run.cost + event.usd;
  return { ...run, cost, paid: true, calls: run.calls + 1 };
}

/** Whether an output answers a call, and is not the definition of a tool. */
function isAnswer(value: Json): boolean {
  return isRecord(value) && typeof value.id === "string" && ("result" in value || "error" in value);
}

/** The state with the status that follows from what is asked and what is under way. */
function settled(run: NodeRun): NodeRun {
  const status = run.asking.length ? "asks" : run.active.length ? "running" : run.rest;
  return { ...run, status };
}

function fired(run: NodeRun, at: number, firing: number): NodeRun {
  const alone = run.active.length === 0;
  const fresh = { fraction: null, message: "", text: "", delay: null, missing: [] };
  const kept = alone ? { error: null, since: at } : {};
  const active = [...run.active.filter((one) => one !== firing), firing];
  return settled({ ...run, ...fresh, ...kept, active, firings: Math.max(run.firings, firing) });
}

/** A firing has ended; the node stands still only when it was the last one under way. */
function ended(run: NodeRun, firing: number, rest: NodeStatus, seconds: number): NodeRun {
  const active = run.active.filter((one) => one !== firing);
  const asking = run.asking.filter((one) => one.firing !== firing);
  return settled({ ...run, active, asking, rest, seconds, message: "", fraction: null, delay: null });
}

/** Text of an earlier firing does not mix with that of the one that is shown. */
function streamed(run: NodeRun, firing: number, text: string): NodeRun {
  if (firing < run.firings) return run;
  return { ...run, text: (run.text + text).slice(-TEXT_LIMIT), delay: null };
}

const failure = ({ caught }: NodeError): NodeStatus => (caught ? "caught" : "failed");

/** The state of a node after an event about it. */
export function afterEvent(run: NodeRun, event: RunEvent): NodeRun {
  switch (event.kind) {
    case "node_fired":
      return fired(run, event.at, event.firing);
    case "node_progressed":
      return { ...run, fraction: event.fraction, message: event.message, delay: null };
    case "call_delayed":
      return { ...run, delay: { until: event.at + event.seconds, reason: event.reason } };
    case "text_streamed":
      return streamed(run, event.firing, event.text);
    case "preview_shown":
      return { ...run, preview: ownUrl(event.url) };
    case "displayed":
      return shown(run, event.content_type, event.data);
    case "output_sent":
      return Object.values(event.outputs).some(isAnswer) ? { ...run, answers: run.answers + 1 } : run;
    case "cost_added":
      return addCost(run, event);
    case "node_finished": {
      // A node that reported an error keeps it, although it returned.
      const rest = run.error ? failure(run.error) : event.reused ? "reused" : "done";
      return ended(run, event.firing, rest, event.seconds);
    }
    case "node_failed": {
      const { message, remedy, code, charged, seconds, caught = false } = event;
      const error: NodeError = { message, remedy, code, charged, ...(caught ? { caught } : {}) };
      return ended({ ...run, error }, event.firing, failure(error), seconds);
    }
    case "approval_asked":
      return settled({ ...run, asking: [...run.asking, event] });
    case "approval_given":
      return settled({ ...run, asking: run.asking.filter((one) => one.call_id !== event.call_id) });
    default:
      return run;
  }
}

function shown(run: NodeRun, type: string, data: unknown): NodeRun {
  if (type === "image") return { ...run, preview: pictureUrl(data) ?? run.preview };
  if (type === "text" && typeof data === "string")
    return { ...run, text: data.slice(0, TEXT_LIMIT), preview: null };
  if (type === "json")
    return { ...run, text: JSON.stringify(data, null, 1).slice(0, TEXT_LIMIT), preview: null };
  return run;
}

/** Kept files are fetched from where the page came from, whatever name the server has elsewhere. */
export function ownUrl(url: string): string {
  const path = /^https?:\/\/[^/]+(\/servable\/[^?#]+)$/.exec(url)?.[1];
  return path ?? url;
}

/** The address of a picture in what a node gave: an asset, or the URL itself. */
export function pictureUrl(data: unknown): string | null {
  if (typeof data === "string") return ownUrl(data);
  if (typeof data !== "object" || data === null || !("url" in data)) return null;
  return typeof data.url === "string" ? ownUrl(data.url) : null;
}

/** What is left of a node that was at work when the run ended. */
export function afterRun(run: NodeRun): NodeRun {
  if (run.status !== "running" && run.status !== "asks" && run.status !== "waiting") return run;
  const nothing = { active: [], asking: [], fraction: null, delay: null };
  return { ...run, ...nothing, status: "skipped", rest: "skipped" };
}
