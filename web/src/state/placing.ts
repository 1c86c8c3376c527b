/** Put new nodes on the canvas. */

import { addNode, nextId } from "../model/commands";
import { type Point, positionOf } from "../model/placement";
import type { NodeDefinition, NodeId } from "../model/types";
import { currentCamera } from "./camera";
import { currentDoc, perform } from "./docStore";
import { definitionOf } from "./libraryStore";
import { selectNodes } from "./viewStore";

/** Add a node of this type and select it; what follows with the same `merge` is one step with it. */
export function placeNode(definition: NodeDefinition, at: Point, merge?: string): NodeId {
  const id = nextId(currentDoc(), definition.type);
  const command = addNode({ definition, at, id });
  perform(merge === undefined ? command : { ...command, merge });
  selectNodes([id]);
  return id;
}

/** Put a node of this type in the middle of what is seen, beside whatever stands there. */
export function addToCanvas(type: string): void {
  const definition = definitionOf(type);
  if (!definition) return;
  const doc = currentDoc();
  const middle = currentCamera()?.middle() ?? { x: 0, y: 0 };
  const at = { x: middle.x - 112, y: middle.y - 80 };
  const taken = Object.keys(doc.nodes).map((id) => positionOf(doc, id));
  while (taken.some((place) => Math.hypot(place.x - at.x, place.y - at.y) < 24)) {
    at.x += 28;
    at.y += 28;
  }
  placeNode(definition, at);
}
