/** The line under the head while a node works. */

import type { NodeId } from "../model/types";
import { useNodeRunPart } from "../state/runStore";

export function Progress({ id }: { id: NodeId }) {
  const running = useNodeRunPart(id, (run) => run.status === "running");
  const fraction = useNodeRunPart(id, (run) => run.fraction);
  if (!running) return null;
  return (
    <div
      className="node-progress"
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={fraction === null ? undefined : Math.round(fraction * 100)}
      data-unknown={fraction === null || undefined}
    >
      <span style={{ transform: `scaleX(${fraction ?? 1})` }} />
    </div>
  );
}
