/** Show a whole run at once: one from the history, or one whose events were missed. */

import { isRecord } from "../model/document";
import { linkedPicture } from "../model/source";
import type { Displayed, Json, RunDetail } from "../model/types";
import { pictureUrl } from "./nodeRun";
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

/** The address of a picture of ours in an output: an asset, or the link to one. */
function pictureIn(value: Json): string | null {
  if (typeof value === "string")
    return linkedPicture(value, globalThis.location?.origin ?? "") && pictureUrl(value);
  const picture = isRecord(value) && String(value.media_type).startsWith("image/");
  return picture ? pictureUrl(value) : null;
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
  for (const [node, outputs] of Object.entries(run.outputs)) {
    const url = Object.values(outputs).map(pictureIn).find(Boolean);
    if (url) takeEvent({ ...stamp(node), kind: "preview_shown", url });
    takeEvent({ ...stamp(node), kind: "node_finished", seconds: 0, reused: false });
  }
  for (const item of displayed) takeEvent({ ...item, ...stamp(item.node) });
  for (const asked of run.approvals ?? [])
    takeEvent({ ...stamp(asked.node), kind: "approval_asked", ...asked });
  for (const { node, message, remedy, code } of run.errors)
    takeEvent({ ...stamp(node), kind: "node_failed", message, remedy, code, charged: null, seconds: 0 });
}
