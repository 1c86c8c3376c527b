/** Over the canvas while calls of tools wait for a person: how many, which one is next, and the way to it. */

import { Hand } from "lucide-react";
import { goTo } from "../state/camera";
import { useDoc } from "../state/docStore";
import { definitionOf } from "../state/libraryStore";
import { useRun } from "../state/runStore";
import { Button, format } from "../ui";

/** `1 call waits for you`. */
export function waitingWords(count: number): string {
  return `${format.count(count, "call")} ${count === 1 ? "waits" : "wait"} for you`;
}

export function ApprovalNotice() {
  const first = useRun((run) => run.asking[0]);
  const count = useRun((run) => run.asking.length);
  const title = useDoc((doc) => {
    const node = first && doc.nodes[first.node];
    return node?.title ?? definitionOf(node?.type)?.title ?? first?.node ?? "";
  });
  return (
    <div role="status" aria-live="polite" className="notice-place">
      {first && (
        <div className="notice">
          <Hand size={14} aria-hidden="true" />
          <span className="ui-ellipsis">
            {waitingWords(count)}: {title}
          </span>
          <Button size="small" onClick={() => goTo(first.node)}>
            Show
          </Button>
        </div>
      )}
    </div>
  );
}

/** The same in the status line, where it is seen whatever covers the canvas. */
export function ApprovalStatus() {
  const first = useRun((run) => run.asking[0]);
  const count = useRun((run) => run.asking.length);
  if (!first) return null;
  return (
    <button type="button" className="status-button" data-severity="warning" onClick={() => goTo(first.node)}>
      {waitingWords(count)}
    </button>
  );
}
