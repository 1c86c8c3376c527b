import type { NodeId, WorkflowDocument } from "../model/types";
import { definitionOf, useDefinition, useDoc } from "../state";

/** What a person calls a node: its own title, else that of its type, else its id. */
export function titleOf(doc: WorkflowDocument, id: NodeId): string {
  const node = Object.hasOwn(doc.nodes, id) ? doc.nodes[id] : undefined;
  return node?.title || definitionOf(node?.type)?.title || id;
}

/** `titleOf` that follows the document. */
export function useTitle(id: NodeId): string {
  const node = useDoc((doc) => (Object.hasOwn(doc.nodes, id) ? doc.nodes[id] : undefined));
  const definition = useDefinition(node?.type);
  return node?.title || definition?.title || id;
}
