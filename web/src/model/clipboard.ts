/** Copy and paste: a piece of a workflow as JSON text, so that it travels between windows and into mails. */

import { isRecord } from "./document";
import { parseJson } from "./exactNumber";
import { parseLink } from "./links";
import { positionOf } from "./placement";
import type { NodeDocument, NodeId, WorkflowDocument } from "./types";
import { writeJson } from "./writeJson";

export const CLIPBOARD_FORMAT = "nodebuilder/clipboard-1";

export interface Piece {
  readonly nodes: Readonly<Record<NodeId, NodeDocument>>;
  readonly links: readonly string[];
  readonly layout: Readonly<Record<NodeId, readonly number[]>>;
}

/** The chosen nodes with the links among them. */
export function cut(doc: WorkflowDocument, ids: ReadonlySet<NodeId>): Piece {
  const chosen = Object.keys(doc.nodes).filter((id) => ids.has(id));
  const inside = doc.links.filter((text) => {
    const link = parseLink(text);
    return link !== null && ids.has(link.source.node) && ids.has(link.target.node);
  });
  const place = (id: NodeId): readonly number[] => {
    const { x, y } = positionOf(doc, id);
    return [x, y, ...(doc.layout[id] ?? []).slice(2)];
  };
  return {
    nodes: Object.fromEntries(chosen.flatMap((id) => (doc.nodes[id] ? [[id, doc.nodes[id]]] : []))),
    links: inside,
    layout: Object.fromEntries(chosen.map((id) => [id, place(id)])),
  };
}

export function writePiece(piece: Piece): string {
  return writeJson({ format: CLIPBOARD_FORMAT, ...piece });
}

/** Read a piece from text; a whole workflow is a piece too. Null when it is neither. */
export function readPiece(text: string): Piece | null {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value.format !== "string" || !value.format.startsWith("nodebuilder/"))
    return null;
  const { nodes, links = [], layout = {} } = value;
  if (!isRecord(nodes) || !Array.isArray(links) || !isRecord(layout)) return null;
  const sound = Object.values(nodes).every((node) => isRecord(node) && typeof node.type === "string");
  return sound ? ({ nodes, links, layout } as Piece) : null;
}
