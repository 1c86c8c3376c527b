/** Where nodes are while they are dragged: not yet in the document, already on the screen. */

import { type Point, positionOf } from "../model/placement";
import type { NodeId, WorkflowDocument } from "../model/types";

const places = new Map<NodeId, Point>();
const listeners = new Set<() => void>();
let version = 0;

export const dragVersion = (): number => version;

export function onDrag(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  version += 1;
  for (const listener of listeners) listener();
}

export function dragTo(moves: Iterable<readonly [NodeId, Point]>): void {
  for (const [id, point] of moves) places.set(id, point);
  tell();
}

/** End the drag; what was moved, and where to. */
export function drop(): Map<NodeId, Point> {
  const moved = new Map(places);
  places.clear();
  tell();
  return moved;
}

export function placeOf(doc: WorkflowDocument, id: NodeId): Point {
  return places.get(id) ?? positionOf(doc, id);
}
