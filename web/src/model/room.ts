/** Room between nodes that are larger here than where they were placed: none lies over another. */

import { type Box, positionOf } from "./placement";
import type { NodeId, WorkflowDocument } from "./types";

const GAP = 32;
/** In larger workflows comparing all nodes with each other would take too long. */
const MOST = 2000;

type Place = { -readonly [Key in keyof Box]: Box[Key] } & { readonly id: NodeId };

/** The document with its nodes apart: to the right where they only touch, else downward; rows and columns stay. */
export function makeRoom(
  doc: WorkflowDocument,
  sizeOf: (id: NodeId) => { readonly width: number; readonly height: number },
): WorkflowDocument {
  const ids = Object.keys(doc.nodes);
  if (ids.length > MOST) return doc;
  const places = ids.map((id): Place => ({ id, ...positionOf(doc, id), ...only(sizeOf(id)) }));
  pushRight(places);
  pushDown(places);
  const moved = places.filter(({ id, x, y }) => {
    const before = positionOf(doc, id);
    return before.x !== x || before.y !== y;
  });
  if (moved.length === 0) return doc;
  const layout = { ...doc.layout };
  for (const { id, x, y } of moved) layout[id] = [x, y, ...(doc.layout[id] ?? []).slice(2)];
  return { ...doc, layout };
}

function only({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height };
}

function overlap(a: Box, b: Box): { readonly x: number; readonly y: number } | null {
  const x = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const y = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return x > 0 && y > 0 ? { x, y } : null;
}

/** Neighbours in a row that have grown into each other: all that stands further right moves along. */
function pushRight(places: readonly Place[]): void {
  const sorted = [...places].sort((a, b) => a.x - b.x);
  sorted.forEach((place, index) => {
    const over = sorted
      .slice(0, index)
      .map((left) => (left.x < place.x ? { left, by: overlap(left, place) } : { left, by: null }))
      .filter(({ left, by }) => by && by.x < by.y && place.x - left.x > left.width / 2);
    const by = over.reduce((most, { left }) => Math.max(most, left.x + left.width + GAP - place.x), 0);
    if (by > 0) for (const right of sorted.slice(index)) right.x += by;
  });
}

/** What still lies over another stands below it. */
function pushDown(places: readonly Place[]): void {
  const done: Place[] = [];
  for (const place of [...places].sort((a, b) => a.y - b.y || a.x - b.x)) {
    for (;;) {
      const above = done.find((other) => overlap(other, place));
      if (!above) break;
      place.y = above.y + above.height + GAP;
    }
    done.push(place);
  }
}
