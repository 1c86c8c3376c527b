/** Why a node failed and what to do, inside the node. */

import { nodeProvider } from "../model/keyProvider";
import type { NodeDefinition, NodeDocument, NodeId } from "../model/types";
import { useDoc } from "../state/docStore";
import type { NodeError } from "../state/nodeRun";
import { useNodeRun } from "../state/runStore";
import { askForSecret, showDocs } from "../state/viewStore";
import { format, Long } from "../ui";

interface Way {
  readonly label: string;
  readonly go: () => void;
}

/** The one link that leads on, if there is one. */
export function wayOut(
  error: NodeError,
  definition: NodeDefinition | undefined,
  node?: NodeDocument,
): Way | null {
  const text = `${error.code} ${error.message} ${error.remedy}`;
  if (/\bkey\b|secret|401|authenticat/i.test(text)) {
    const provider = nodeProvider(node, definition) ?? "";
    return { label: "Add key", go: () => askForSecret(provider) };
  }
  return definition ? { label: "Documentation", go: () => showDocs(definition.type) } : null;
}

const CHARGED: Record<string, string> = {
  yes: "The provider charged for this call.",
  unknown: "This call may have been charged.",
};

export function ErrorBox({ id, definition }: { id: NodeId; definition: NodeDefinition | undefined }) {
  const { error } = useNodeRun(id);
  const node = useDoc((doc) => doc.nodes[id]);
  if (!error) return null;
  const way = wayOut(error, definition, node);
  return (
    <div
      className="node-error nodrag nopan"
      data-caught={error.caught || undefined}
      role={error.caught ? "note" : "alert"}
    >
      {error.caught && <span className="node-caught">caught </span>}
      <Long length={error.message.length}>
        <strong>{format.asSentence(error.message)}</strong>
      </Long>{" "}
      {error.remedy} {CHARGED[error.charged ?? ""]}{" "}
      {way && (
        <button type="button" className="ui-link" onClick={way.go}>
          {way.label}
        </button>
      )}
    </div>
  );
}
