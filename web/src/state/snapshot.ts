/** Show a whole run at once: one from the history, or one whose events were missed. */

import type { Displayed, Json, RunDetail } from "../model/types";
import { beginRun, flush, runStore, takeEvent } from "./runStore";

function epoch(value: string | number | null): number {
  if (value === null) return 0;
  return typeof value === "number" ? value : Date.parse(value) / 1000;
}

function readDisplayed(item: Json, run: RunDetail): Displayed | null {
  if (typeof item !== "object" || item === null || Array.isArray(item) || !("content_type" in item))
    return null;
  const stamp = {
    kind: "displayed",
    seq: 0,
    run_id: run.run_id,
    at: epoch(run.started_at),
    firing: 1,
    title: "",
  };
  return { ...stamp, ...item } as unknown as Displayed;
}

/** What a kept run cost: null only when some call had no known price. */
function costOf({ cost_usd, receipts }: RunDetail): number | null {
  const unknown = receipts.some((receipt) => receipt.cost_usd === null && receipt.charged !== "no");
  return unknown ? null : (cost_usd ?? 0);
}

/** Replace what is shown by this run; events after its last one go on from there. */
export function showRun(run: RunDetail): void {
  const displayed = run.displayed.map((item) => readDisplayed(item, run)).filter((item) => item !== null);
  beginRun({
    runId: run.run_id,
    name: run.name,
    status: run.status,
    startedAt: epoch(run.started_at),
    seconds: Math.max(0, epoch(run.finished_at) - epoch(run.started_at)),
    cost: costOf(run),
    displayed,
    outputs: run.outputs,
    errors: run.errors,
    waiting: run.waiting,
  });
  replay(run, displayed);
  flush();
  runStore.setState({
    lastSeq: run.last_seq ?? 0,
    displayed,
    errors: run.errors,
    cost: costOf(run),
    status: run.status,
  });
}

/** Mark the nodes as the events would have done. */
function replay(run: RunDetail, displayed: readonly Displayed[]): void {
  let seq = 0;
  const stamp = (node: string) => ({
    seq: ++seq,
    run_id: run.run_id,
    at: epoch(run.started_at),
    node,
    firing: 1,
  });
  for (const node of Object.keys(run.outputs))
    takeEvent({ ...stamp(node), kind: "node_finished", seconds: 0, reused: false });
  for (const item of displayed) takeEvent({ ...item, ...stamp(item.node) });
  for (const { node, message, remedy, code } of run.errors)
    takeEvent({ ...stamp(node), kind: "node_failed", message, remedy, code, charged: null, seconds: 0 });
}
