import type { Charged, NodeId } from "../model/types";
import { wayOut } from "../nodes/ErrorBox";
import { useDefinition, useDoc } from "../state";
import { ProblemNote } from "../ui";

const CHARGED = {
  yes: "The call was charged.",
  no: "The call was not charged.",
  unknown: "The call may have been charged.",
} as const;

export interface NodeProblemProps {
  node: NodeId;
  error: {
    readonly message: string;
    readonly remedy: string;
    readonly code: string;
    readonly charged?: Charged;
    readonly caught?: boolean;
  };
}

/** What a node failed with, whether money was spent, and the one link that leads on. */
export function NodeProblem({ node, error }: NodeProblemProps) {
  const placed = useDoc((doc) => doc.nodes[node]);
  const definition = useDefinition(placed?.type);
  const { message, remedy, code, charged = null, caught = false } = error;
  const way = wayOut({ message, remedy, code, charged }, definition, placed);
  return (
    <ProblemNote
      message={message}
      severity={caught ? "warning" : "error"}
      remedy={[remedy, charged && CHARGED[charged]].filter(Boolean).join(" ")}
      action={
        way && (
          <button type="button" className="ui-link" onClick={way.go}>
            {way.label}
          </button>
        )
      }
    />
  );
}
