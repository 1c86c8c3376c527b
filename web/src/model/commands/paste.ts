/** Paste and duplicate: a piece of a workflow under new ids, its inner links kept. */

import type { Draft } from "immer";
import { cut, type Piece } from "../clipboard";
import { asNumber } from "../exactNumber";
import { newNodeId } from "../ids";
import { parseLink, writeLink } from "../links";
import type { Point } from "../placement";
import type { NodeDocument, NodeId, WorkflowDocument } from "../types";
import { type Command, command } from "./command";

/** The new id of every node of a piece, in a document. */
export function newIds(doc: WorkflowDocument, piece: Piece): Map<NodeId, NodeId> {
  const taken = new Set(Object.keys(doc.nodes));
  const ids = new Map<NodeId, NodeId>();
  for (const [old, node] of Object.entries(piece.nodes)) {
    const free = /^[A-Za-z0-9_-]{1,64}$/.test(old) && !taken.has(old);
    const id = free ? old : newNodeId(node.type, (name) => taken.has(name));
    taken.add(id);
    ids.set(old, id);
  }
  return ids;
}

function corner(piece: Piece): Point {
  const places = Object.keys(piece.nodes).map((id) => piece.layout[id] ?? [0, 0]);
  const least = (index: number) => Math.min(...places.map((place) => asNumber(place[index]) ?? 0));
  return places.length ? { x: least(0), y: least(1) } : { x: 0, y: 0 };
}

/** Put a piece into the document with its top left corner at a point. */
export function paste(piece: Piece, at: Point, ids: ReadonlyMap<NodeId, NodeId>, label = "Paste"): Command {
  const from = corner(piece);
  return command(label, (doc: Draft<WorkflowDocument>) => {
    for (const [old, node] of Object.entries(piece.nodes)) {
      const id = ids.get(old);
      if (id === undefined) continue;
      const place = piece.layout[old] ?? [];
      const x = Math.round((asNumber(place[0]) ?? 0) - from.x + at.x);
      const y = Math.round((asNumber(place[1]) ?? 0) - from.y + at.y);
      doc.nodes[id] = node as Draft<NodeDocument>;
      doc.layout[id] = [x, y, ...place.slice(2)];
    }
    for (const text of piece.links) {
      const link = parseLink(text);
      const source = link && ids.get(link.source.node);
      const target = link && ids.get(link.target.node);
      if (!link || !source || !target) continue;
      doc.links.push(writeLink({ ...link.source, node: source }, { ...link.target, node: target }));
    }
  });
}

export interface Copies {
  readonly command: Command;
  readonly ids: ReadonlySet<NodeId>;
}

export function duplicate(doc: WorkflowDocument, chosen: ReadonlySet<NodeId>, offset = 32): Copies {
  const piece = cut(doc, chosen);
  const ids = newIds(doc, piece);
  const { x, y } = corner(piece);
  const step = paste(piece, { x: x + offset, y: y + offset }, ids, "Duplicate");
  return { command: step, ids: new Set(ids.values()) };
}
