import type { NodeId } from "../../model/types";
import { type NodeStatus, useNodeRun } from "../../state";
import { format } from "../../ui";
import { NodeProblem } from "../NodeProblem";

const WORDS: Record<NodeStatus, string> = {
  idle: "not run yet",
  waiting: "waiting",
  running: "running",
  asks: "asks you",
  done: "done",
  failed: "failed",
  caught: "failed, and caught by a loop around it",
  skipped: "stopped",
  reused: "reused",
};

/** How the node fared in the run that is shown: state, time, cost, error. */
export function RunFacts({ id }: { id: NodeId }) {
  const run = useNodeRun(id);
  if (run.status === "idle") return null;
  const facts = [
    WORDS[run.status],
    run.seconds > 0 && format.seconds(run.seconds),
    run.paid && format.usd(run.cost),
    run.firings > 1 && format.count(run.firings, "firing"),
    run.calls > 1 && format.count(run.calls, "paid call"),
  ];
  return (
    <section aria-label="This run">
      <h3 className="pn-label">This run</h3>
      <p className="ui-num">{facts.filter(Boolean).join(" · ")}</p>
      {run.message && <p className="ui-mut">{run.message}</p>}
      {run.missing.length > 0 && (
        <p className="ui-mut">
          Still waits for {run.missing.join(", ")}: usually a branch that was not taken.
        </p>
      )}
      {run.error && <NodeProblem node={id} error={run.error} />}
    </section>
  );
}
