/** Money and counts, in small figures, and whether a person is asked before each call. */

import { Hand } from "lucide-react";
import { hasFooter } from "../model/geometry";
import { isCallable } from "../model/tools";
import type { NodeDefinition, NodeId } from "../model/types";
import { useDoc } from "../state/docStore";
import { useNodeRunPart } from "../state/runStore";
import { format } from "../ui";

function Asks() {
  return (
    <span className="node-asks" title="A person is asked before each call">
      <Hand size={11} aria-hidden="true" /> asks first
    </span>
  );
}

function Count({ id, tool }: { id: NodeId; tool: boolean }) {
  const firings = useNodeRunPart(id, (run) => run.firings);
  const calls = useNodeRunPart(id, (run) => run.calls);
  const answers = useNodeRunPart(id, (run) => run.answers);
  const count = tool ? answers : calls;
  if (tool) return count > 0 ? format.count(count, "call") : "no calls";
  if (calls > 1) return format.count(calls, "call");
  return firings > 1 && `${firings} ×`;
}

export function NodeFooter({ id, definition }: { id: NodeId; definition: NodeDefinition | undefined }) {
  const cost = useNodeRunPart(id, (run) => run.cost);
  const charged = useNodeRunPart(id, (run) => run.paid);
  const ask = useDoc((doc) => doc.nodes[id]?.ask === true);
  const tool = isCallable(definition);
  if (!charged && !ask && !(definition && hasFooter(definition))) return null;
  return (
    <footer className="node-foot">
      <span>{charged ? format.usd(cost) : definition?.paid && !ask ? "paid call" : ""}</span>
      {ask && <Asks />}
      <span>
        <Count id={id} tool={tool} />
      </span>
    </footer>
  );
}
