import type { NodeId, WorkflowDocument } from "../../model/types";

const ROW = 160;

/** The nodes as one reads them on the canvas: left to right in rows; nodes without a place last. */
export function readingOrder(doc: WorkflowDocument): NodeId[] {
  const place = (id: NodeId) => {
    const [x = Number.POSITIVE_INFINITY, y = Number.POSITIVE_INFINITY] = doc.layout[id] ?? [];
    return { row: Math.floor(y / ROW), x, y };
  };
  return Object.keys(doc.nodes)
    .map((id) => ({ id, ...place(id) }))
    .sort((a, b) => (a.row === b.row ? (a.x === b.x ? 0 : a.x - b.x) : a.row - b.row))
    .map(({ id }) => id);
}
