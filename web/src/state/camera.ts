/** What the canvas lets others do with its view; it is there once the canvas is. */

import type { Point } from "../model/placement";
import type { NodeId } from "../model/types";

export interface Camera {
  readonly fit: (ids?: Iterable<NodeId>) => void;
  /** Bring a node to the middle, select it and give it the focus. */
  readonly goTo: (id: NodeId) => void;
  readonly zoomBy: (factor: number) => void;
  readonly zoomTo: (zoom: number) => void;
  readonly toFlow: (screen: Point) => Point;
  readonly toScreen: (flow: Point) => Point;
  /** The middle of what is seen, on the canvas. */
  readonly middle: () => Point;
  /** Where the pointer was last, on the canvas, if it was there. */
  readonly pointer: () => Point | null;
  readonly centre: (flow: Point) => void;
}

let camera: Camera | null = null;

export function setCamera(next: Camera | null): void {
  camera = next;
}

export const currentCamera = (): Camera | null => camera;

/** Jump to a node: for panels, the outline and problems. */
export function goTo(id: NodeId): void {
  camera?.goTo(id);
}
