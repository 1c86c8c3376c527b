/** Where nodes and groups are while they are dragged: not yet in the document, already on the screen. */

import type { Group } from "../model/groups";
import { type Box, type Point, positionOf } from "../model/placement";
import type { NodeId, WorkflowDocument } from "../model/types";

const places = new Map<NodeId, Point>();
const boxes = new Map<number, Box>();
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

/** Groups on their way, with the nodes in them. */
export function dragGroups(
  groups: Iterable<readonly [number, Box]>,
  nodes: Iterable<readonly [NodeId, Point]>,
) {
  for (const [at, box] of groups) boxes.set(at, box);
  dragTo(nodes);
}

/** End the drag; what was moved, and where to. */
export function drop(): Map<NodeId, Point> {
  const moved = new Map(places);
  places.clear();
  boxes.clear();
  tell();
  return moved;
}

/** The box that the document has for a group, or where it is dragged to. */
export function boxOf({ at, box }: Group): Box {
  return boxes.get(at) ?? box;
}

export function placeOf(doc: WorkflowDocument, id: NodeId): Point {
  return places.get(id) ?? positionOf(doc, id);
}
