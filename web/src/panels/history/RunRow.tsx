import clsx from "clsx";
import { memo } from "react";
import type { RunSummary } from "../../api";
import { format } from "../../ui";

const WORDS: Record<RunSummary["status"], string> = {
  running: "running",
  succeeded: "done",
  failed: "failed",
  cancelled: "stopped",
  interrupted: "interrupted",
};

function duration({ started_at, finished_at }: RunSummary): string | null {
  if (started_at === null || finished_at === null) return null;
  return format.seconds((format.moment(finished_at).getTime() - format.moment(started_at).getTime()) / 1000);
}

export interface RunRowProps {
  run: RunSummary;
  shown: boolean;
  onShow: (id: string) => void;
}

/** One run: how it ended, when, how long, what it cost. */
export const RunRow = memo(function RunRow({ run, shown, onShow }: RunRowProps) {
  const { cost_usd: cost } = run;
  const money = cost === null || cost === 0 ? null : format.usd(cost);
  const asks = run.status === "running" && (run.asking ?? 0) > 0;
  const facts = [duration(run), money];
  return (
    <button
      type="button"
      className={clsx("pn-run", shown && "pn-on")}
      aria-current={shown || undefined}
      onClick={() => onShow(run.run_id)}
    >
      <span className="pn-run-name">
        <span className="ui-ellipsis">{run.name || "Untitled"}</span>
        <span className="ui-num ui-mut ui-small">
          {run.started_at === null ? "" : format.when(run.started_at)}
        </span>
      </span>
      <span className="pn-run-facts ui-num">
        <span className={`pn-status pn-status-${asks ? "asks" : run.status}`}>
          {asks ? "waits for you" : WORDS[run.status]}
        </span>
        {facts.filter(Boolean).map((fact) => (
          <span key={fact}>· {fact}</span>
        ))}
      </span>
    </button>
  );
});
