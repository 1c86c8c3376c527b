/** What panels ask of the canvas. */
import type { NodeId } from "../model/types";
import { selectNodes } from "../state";
import { goTo } from "../state/camera";

export { addToCanvas } from "../state/placing";

/** Select a node and bring it into view. */
export function jumpTo(id: NodeId): void {
  selectNodes([id]);
  goTo(id);
}
