/** Draw the dots of the ground and the wires. */

import type { Box } from "../../model/placement";
import { overlaps } from "../nodeWindow";
import { type Curve, pointOn } from "../paths";
import type { Colours } from "./palette";

export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

export function seen({ x, y, zoom, width, height }: View): Box {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

const GRID = 20;

export function drawDots(context: CanvasRenderingContext2D, view: View, colours: Colours): void {
  let step = GRID * view.zoom;
  while (step < 14) step *= 2;
  const size = view.zoom > 1.4 ? 1.6 : 1.2;
  context.fillStyle = colours.dot;
  for (let x = ((view.x % step) + step) % step; x < view.width; x += step)
    for (let y = ((view.y % step) + step) % step; y < view.height; y += step)
      context.fillRect(x, y, size, size);
}

export interface Wires {
  readonly curves: readonly Curve[];
  readonly loops: ReadonlySet<string>;
  /** From a tool to a model, with the calls going the other way on the same wire. */
  readonly twoWay: ReadonlySet<string>;
  readonly selected: ReadonlySet<string>;
  readonly hovered: string | null;
  /** In the hand: drawn at the pointer instead. */
  readonly lifted: string | null;
}

function trace(path: Path2D, { parts }: Curve, straight: boolean): void {
  const [first] = parts;
  if (first) path.moveTo(first[0].x, first[0].y);
  for (const [, a, b, end] of parts) {
    if (straight) path.lineTo(end.x, end.y);
    else path.bezierCurveTo(a.x, a.y, b.x, b.y, end.x, end.y);
  }
}

function strokeAll(
  context: CanvasRenderingContext2D,
  paths: ReadonlyMap<string, Path2D>,
  colours: Colours,
): void {
  for (const [type, path] of paths) {
    context.strokeStyle = colours.socket(type);
    context.stroke(path);
  }
}

const MARKS_FROM = 0.3;

/** Two small arrows, there and back, in the middle of a wire. */
function drawTwoWay(context: CanvasRenderingContext2D, { parts, type }: Curve, colours: Colours): void {
  const [first] = parts;
  if (!first) return;
  const { x, y } = parts.length > 1 ? first[3] : pointOn(first, 0.5);
  const colour = colours.socket(type);
  context.beginPath();
  context.roundRect(x - 11, y - 8, 22, 16, 8);
  context.fillStyle = colours.node;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
  context.beginPath();
  for (const [side, at] of [
    [1, y - 2.5],
    [-1, y + 2.5],
  ] as const) {
    context.moveTo(x - 5 * side, at);
    context.lineTo(x + 5 * side, at);
    context.lineTo(x + 2 * side, at - 2.5 * side);
  }
  context.stroke();
}

/** One path per colour, whatever the number of wires; the context is in canvas coordinates. */
export function drawWires(
  context: CanvasRenderingContext2D,
  view: View,
  colours: Colours,
  wires: Wires,
): void {
  const box = seen(view);
  const straight = view.zoom < 0.15;
  const solid = new Map<string, Path2D>();
  const dashed = new Map<string, Path2D>();
  const strong: Curve[] = [];
  for (const curve of wires.curves) {
    const { text } = curve.link;
    if (text === wires.lifted || !overlaps(curve.box, box)) continue;
    if (wires.selected.has(text) || wires.hovered === text) strong.push(curve);
    const group = wires.loops.has(text) ? dashed : solid;
    const path = group.get(curve.type) ?? new Path2D();
    group.set(curve.type, path);
    trace(path, curve, straight);
  }
  context.lineWidth = Math.max(2, 1 / view.zoom);
  strokeAll(context, solid, colours);
  context.setLineDash([6, 5]);
  strokeAll(context, dashed, colours);
  context.setLineDash([]);
  drawStrong(context, strong, wires, colours, straight);
  if (view.zoom < MARKS_FROM) return;
  for (const curve of wires.curves)
    if (wires.twoWay.has(curve.link.text) && curve.link.text !== wires.lifted && overlaps(curve.box, box))
      drawTwoWay(context, curve, colours);
}

function drawStrong(
  context: CanvasRenderingContext2D,
  strong: readonly Curve[],
  wires: Wires,
  colours: Colours,
  straight: boolean,
): void {
  for (const curve of strong) {
    const path = new Path2D();
    trace(path, curve, straight);
    const chosen = wires.selected.has(curve.link.text);
    context.lineWidth = chosen ? 4 : 3;
    context.strokeStyle = chosen ? colours.accent : colours.socket(curve.type);
    context.stroke(path);
  }
}
