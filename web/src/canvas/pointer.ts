/** Where the pointer was last over the canvas, on the screen. */

import type { Point } from "../model/placement";

let last: Point | null = null;

export const lastPointer = (): Point | null => last;

export function notePointer(point: Point | null): void {
  last = point;
}
