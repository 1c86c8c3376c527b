/** The line at the bottom: the run, the check, the selection, the zoom. */

import { useEffect, useState } from "react";
import { runAction } from "../actions/registry";
import { goTo } from "../state/camera";
import { useCheck } from "../state/checkStore";
import { useDoc } from "../state/docStore";
import { type RunInfo, useRun } from "../state/runStore";
import { isRunning } from "../state/runs";
import { useServer } from "../state/serverStore";
import { useView } from "../state/viewStore";
import { format } from "../ui";
import { ApprovalStatus } from "./Approvals";

const WORDS: Record<string, string> = {
  starting: "Starting",
  running: "Running",
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Stopped",
  interrupted: "Interrupted",
};

function useNow(on: boolean): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), 200);
    return () => clearInterval(timer);
  }, [on]);
  return now;
}

function words({ status, finished, nodes, seconds, startedAt, cost }: RunInfo, now: number): string {
  if (status === null) return "Ready";
  const time = isRunning(status) ? Math.max(0, now - startedAt) : seconds;
  const count = isRunning(status) && nodes ? `${finished} of ${format.count(nodes, "node")}` : "";
  const money = cost === 0 ? "" : format.usd(cost);
  return [WORDS[status], count, format.seconds(time), money].filter(Boolean).join(" · ");
}

function Run() {
  const run = useRun((state) => state);
  const now = useNow(isRunning(run.status));
  return (
    <span className="status-run" data-status={run.status ?? "none"}>
      <i className="status-dot" />
      {words(run, now)}
    </span>
  );
}

function Problems() {
  const empty = useDoc((doc) => Object.keys(doc.nodes).length === 0);
  const problems = useCheck((state) => state.problems);
  const errors = problems.filter((problem) => problem.severity === "error");
  const [first] = [...errors, ...problems];
  if (!first || empty) return null;
  const text = errors.length
    ? format.count(errors.length, "problem")
    : format.count(problems.length, "warning");
  return (
    <button
      type="button"
      className="status-button"
      data-severity={errors.length ? "error" : "warning"}
      title={`${first.message} ${first.remedy}`}
      onClick={() => first.node && goTo(first.node)}
    >
      {text}
    </button>
  );
}

/** Money of today, with the limit of the day when there is one; nothing while nothing was spent. */
function Spent() {
  const info = useServer((state) => state.info);
  const { spent_today_usd: spent, max_cost_usd_per_day: limit } = info ?? {};
  if (!spent && !limit) return null;
  const of = limit ? ` of $${limit.toFixed(2)}` : "";
  return (
    <span title="Spent on calls today">
      {format.usd(spent ?? 0)}
      {of} today
    </span>
  );
}

function Away() {
  const live = useServer((state) => state.live);
  if (live === "open" || live === "connecting") return null;
  return <span className="status-away">Not connected</span>;
}

function Chosen() {
  const nodes = useView((state) => state.selection.size);
  const links = useView((state) => state.links.size);
  if (nodes === 0 && links === 0) return <span>none selected</span>;
  return <span>{nodes ? format.count(nodes, "node") : format.count(links, "link")} selected</span>;
}

export function StatusBar() {
  const zoom = useView((state) => state.zoom);
  return (
    <footer className="status ui-num">
      <Run />
      <ApprovalStatus />
      <Spent />
      <Problems />
      <Away />
      <span className="ui-grow" />
      <Chosen />
      <button
        type="button"
        className="status-button"
        title="Zoom to 100 %"
        onClick={() => runAction("zoomReset")}
      >
        {Math.round(zoom * 100)} %
      </button>
    </footer>
  );
}
