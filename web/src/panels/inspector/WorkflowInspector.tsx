import { Check } from "lucide-react";
import type { Estimate } from "../../model/types";
import { useCheck, useDoc, useDocState } from "../../state";
import { EmptyState, format } from "../../ui";
import { Problems } from "./Problems";
import { Publish } from "./Publish";

const SAVED = {
  saved: "saved",
  changed: "changed",
  saving: "saving",
  local: "kept in this browser only",
  conflict: "changed elsewhere too",
} as const;

function price(estimate: Estimate): string {
  if (estimate.paid_calls === 0) return "no paid calls";
  const { low_usd: low, high_usd: high } = estimate;
  const calls = format.count(estimate.paid_calls, "paid call");
  if (low === null || high === null) return `${calls}, price unknown`;
  if (low === 0 && high > 0) return `up to ${format.usd(high)} for ${calls}`;
  const range = low === high ? format.usd(low) : `${format.usd(low)}–${format.usd(high).replace("$", "")}`;
  return `≈ ${range} for ${calls}${estimate.unknown ? ", some without a known price" : ""}`;
}

/** The workflow as a whole: size, price of a run, problems. */
export function WorkflowInspector() {
  const name = useDoc((doc) => doc.name);
  const nodes = useDoc((doc) => Object.keys(doc.nodes).length);
  const links = useDoc((doc) => doc.links.length);
  const saved = useDocState((state) => state.saved);
  const version = useDocState((state) => state.version);
  const problems = useCheck((check) => check.problems);
  const estimate = useCheck((check) => check.estimate);
  if (nodes === 0)
    return <EmptyState text="Add nodes and select one: its settings and results are shown here." />;
  const facts = [
    format.count(nodes, "node"),
    format.count(links, "link"),
    SAVED[saved],
    version !== null && `version ${version}`,
  ];
  return (
    <div className="pn-inspector">
      <header>
        <h2>{name || "Untitled"}</h2>
        <p className="ui-small ui-mut ui-num">{facts.filter(Boolean).join(" · ")}</p>
      </header>
      {estimate && (
        <section aria-label="Price of a run">
          <h3 className="pn-label">The next run</h3>
          <p className="ui-num">{price(estimate)}</p>
        </section>
      )}
      <section aria-label="Problems">
        <h3 className="pn-label">Problems</h3>
        {problems.length === 0 ? (
          <p className="pn-fine">
            <Check size={14} aria-hidden="true" /> Nothing stands in the way of a run.
          </p>
        ) : (
          <Problems problems={problems} />
        )}
      </section>
      <Publish />
      <p className="ui-small ui-mut">Select a node to see its settings, results and errors.</p>
    </div>
  );
}
