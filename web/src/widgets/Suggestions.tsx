/** Names that a line of text may want: those of saved workflows, of MCP servers. Asked for when the field is open. */

import { useMcpServers, useWorkflows } from "../api";
import type { NodeId } from "../model/types";
import { useDoc, useDocState } from "../state/docStore";

/** What a widget names, by node type and widget. */
const SOURCES: Record<string, "servers" | "workflows"> = {
  "mcp_tools.server": "servers",
  "workflow_tool.workflow": "workflows",
};

/** What is offered for a widget of a node, or null. */
export function useSource(node: NodeId, widget: string): "servers" | "workflows" | null {
  return useDoc((doc) => SOURCES[`${doc.nodes[node]?.type}.${widget}`] ?? null);
}

function Servers({ id }: { id: string }) {
  const { data = [] } = useMcpServers();
  return (
    <datalist id={id}>
      {data.map(({ name }) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}

function Workflows({ id }: { id: string }) {
  const { data = [] } = useWorkflows();
  const own = useDocState((state) => state.id);
  return (
    <datalist id={id}>
      {data
        .filter((workflow) => workflow.id !== own)
        .map((workflow) => (
          <option key={workflow.id} value={workflow.id} label={workflow.name} />
        ))}
    </datalist>
  );
}

export function Suggestions({ id, source }: { id: string; source: "servers" | "workflows" }) {
  return source === "servers" ? <Servers id={id} /> : <Workflows id={id} />;
}
