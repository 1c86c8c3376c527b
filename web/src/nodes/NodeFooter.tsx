/** Money and counts, in small figures. */

import type { NodeId } from "../model/types";
import { useNodeRunPart } from "../state/runStore";
import { format } from "../ui";

export function NodeFooter({ id, paid }: { id: NodeId; paid: boolean }) {
  const cost = useNodeRunPart(id, (run) => run.cost);
  const charged = useNodeRunPart(id, (run) => run.paid);
  const firings = useNodeRunPart(id, (run) => run.firings);
  if (!paid && !charged) return null;
  return (
    <footer className="node-foot">
      <span>{charged ? format.usd(cost) : "paid call"}</span>
      <span>{firings > 1 ? `${firings} ×` : ""}</span>
    </footer>
  );
}
