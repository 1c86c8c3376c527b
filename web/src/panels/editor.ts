/** What panels ask of the editor beyond its stores. */
import type { NodeId } from "../model/types";
import { selectNodes } from "../state";

/** Select a node and bring it into view. */
export function jumpTo(id: NodeId): void {
  selectNodes([id]);
}

/** Put a node of this type in the middle of the canvas. */
export function addToCanvas(_type: string): void {}
