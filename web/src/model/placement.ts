/** Where nodes stand: as the file says, or in columns along the links when it says nothing. */

import { asNumber } from "./exactNumber";
import { linksInto } from "./links";
import { loopLinks } from "./loops";
import type { NodeId, WorkflowDocument } from "./types";

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

const COLUMN = 320;
const LINE = 260;
const arranged = new WeakMap<
  object,
  { links: readonly string[]; layout: object; places: Map<NodeId, Point> }
>();

/** Columns by distance from the sources, rows in the order of the file. */
export function arrange(
  doc: WorkflowDocument,
  ids: readonly NodeId[] = Object.keys(doc.nodes),
): Map<NodeId, Point> {
  const depths = new Map<NodeId, number>();
  const loops = loopLinks(doc);
  const depth = (id: NodeId): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    depths.set(id, 0);
    const sources = linksInto(doc, id).filter((link) => !loops.has(link.text) && doc.nodes[link.source.node]);
    const deepest = sources.reduce((most, link) => Math.max(most, depth(link.source.node) + 1), 0);
    depths.set(id, deepest);
    return deepest;
  };
  const filled = new Map<number, number>();
  return new Map(
    ids.map((id) => {
      const column = Math.min(depth(id), 200);
      const line = filled.get(column) ?? 0;
      filled.set(column, line + 1);
      return [id, { x: column * COLUMN, y: line * LINE }];
    }),
  );
}

function missing(doc: WorkflowDocument): Map<NodeId, Point> {
  const known = arranged.get(doc.nodes);
  if (known?.links === doc.links && known.layout === doc.layout) return known.places;
  const lost = Object.keys(doc.nodes).filter((id) => stated(doc, id) === null);
  const bottom = Object.keys(doc.layout).reduce(
    (most, id) => Math.max(most, (stated(doc, id)?.y ?? -400) + 400),
    0,
  );
  const places = arrange(doc, lost);
  if (bottom) for (const [id, point] of places) places.set(id, { x: point.x, y: point.y + bottom });
  arranged.set(doc.nodes, { links: doc.links, layout: doc.layout, places });
  return places;
}

function stated(doc: WorkflowDocument, id: NodeId): Point | null {
  const place: unknown = doc.layout[id];
  if (!Array.isArray(place)) return null;
  const x = asNumber(place[0]);
  const y = asNumber(place[1]);
  return x === null || y === null ? null : { x, y };
}

export function positionOf(doc: WorkflowDocument, id: NodeId): Point {
  return stated(doc, id) ?? missing(doc).get(id) ?? { x: 0, y: 0 };
}

/** The box around boxes, or null when there are none. */
export function boundsOf(boxes: Iterable<Box>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return right < left ? null : { x: left, y: top, width: right - left, height: bottom - top };
}
