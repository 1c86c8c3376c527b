/** How one node stands in the run, and how an event changes that. Pure. */

import type { Charged, CostAdded, RunEvent } from "../model/types";

export type NodeStatus = "idle" | "waiting" | "running" | "done" | "failed" | "skipped" | "reused";

export interface NodeError {
  readonly message: string;
  readonly remedy: string;
  readonly code: string;
  readonly charged: Charged;
}

export interface NodeRun {
  readonly status: NodeStatus;
  readonly firings: number;
  /** Epoch seconds at which the last firing began. */
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
  /** Epoch seconds until which a refused call is waited out, and why. */
  readonly delay: { readonly until: number; readonly reason: string } | null;
  /** Inputs that never got a value although others did. */
  readonly missing: readonly string[];
}

export const idle: NodeRun = {
  status: "idle",
  firings: 0,
  since: 0,
  seconds: 0,
  fraction: null,
  message: "",
  text: "",
  preview: null,
  error: null,
  cost: 0,
  paid: false,
  delay: null,
  missing: [],
};

const TEXT_LIMIT = 20_000;

function addCost(run: NodeRun, event: CostAdded): NodeRun {
  const cost = run.cost === null || event.usd === null ? null : run.cost + event.usd;
  return { ...run, cost, paid: true };
}

function fired(run: NodeRun, at: number, firing: number): NodeRun {
  const fresh = { fraction: null, message: "", text: "", error: null, delay: null, missing: [] };
  return { ...run, ...fresh, status: "running", firings: firing, since: at };
}

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
      return { ...run, text: (run.text + event.text).slice(-TEXT_LIMIT), delay: null };
    case "preview_shown":
      return { ...run, preview: ownUrl(event.url) };
    case "displayed":
      return shown(run, event.content_type, event.data);
    case "cost_added":
      return addCost(run, event);
    case "node_finished": {
      // A node that reported an error keeps it, although it returned.
      const status = run.error ? "failed" : event.reused ? "reused" : "done";
      return { ...run, status, seconds: event.seconds, fraction: null, delay: null };
    }
    case "node_failed": {
      const { message, remedy, code, charged, seconds } = event;
      const error = { message, remedy, code, charged };
      return { ...run, status: "failed", error, seconds, fraction: null, delay: null };
    }
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
  if (run.status !== "running" && run.status !== "waiting") return run;
  return { ...run, status: "skipped", fraction: null, delay: null };
}
