/** The curves of links: from socket to socket, computed from the document alone. */

import { shapeOf } from "../model/geometry";
import { type Endpoint, type Link, linkIndex } from "../model/links";
import type { Box, Point } from "../model/placement";
import type { NodeDefinition, WorkflowDocument } from "../model/types";
import { placeOf } from "./dragging";

/** One cubic: start, two control points, end. */
export type Cubic = readonly [Point, Point, Point, Point];

export interface Curve {
  readonly link: Link;
  readonly type: string;
  readonly parts: readonly Cubic[];
  readonly box: Box;
}

interface End extends Point {
  readonly type: string;
  readonly node: Box;
}

function end(doc: WorkflowDocument, library: Library, at: Endpoint, side: "in" | "out"): End | null {
  const node = doc.nodes[at.node];
  if (!node) return null;
  const shape = shapeOf(doc, at.node, library.get(node.type));
  const socket = shape.sockets.find(
    (one) => one.side === side && one.name === at.socket && one.slot === at.slot,
  );
  const { x, y } = placeOf(doc, at.node);
  const box = { x, y, width: shape.width, height: shape.height };
  if (socket) return { x: x + socket.x, y: y + socket.y, type: socket.hue, node: box };
  // The definition has no such socket: the wire still ends at the node, so that it can be seen and cut.
  return { x: side === "in" ? x : x + shape.width, y: y + 16, type: "ANY", node: box };
}

type Library = ReadonlyMap<string, NodeDefinition>;

/** How far the control points reach out. */
export function bendOf(from: Point, to: Point): number {
  const ahead = to.x - from.x;
  return ahead >= 0 ? Math.max(24, Math.min(ahead / 2, 160)) : Math.min(60 + Math.sqrt(-ahead) * 4, 140);
}

const AROUND = 34;

/** The height at which a wire runs back: between two nodes where there is room, else under both. */
function wayBack(a: Box, b: Box): number {
  const [upper, lower] = a.y < b.y ? [a, b] : [b, a];
  const bottom = upper.y + upper.height;
  if (lower.y - bottom > 40) return (bottom + lower.y) / 2;
  return Math.max(bottom, lower.y + lower.height) + AROUND;
}

function partsOf(from: Point, to: Point, a?: Box, b?: Box): Cubic[] {
  const bend = bendOf(from, to);
  const out = { x: from.x + bend, y: from.y };
  const home = { x: to.x - bend, y: to.y };
  if (!a || !b || to.x > from.x - 60) return [[from, out, home, to]];
  // Down beside the one node, straight back, up beside the other: behind neither of them.
  const y = wayBack(a, b);
  const [right, left] = [
    { x: from.x, y },
    { x: to.x, y },
  ];
  const third = (from.x - to.x) / 3;
  return [
    [from, out, { x: right.x + bend, y }, right],
    [right, { x: right.x - third, y }, { x: left.x + third, y }, left],
    [left, { x: left.x - bend, y }, home, to],
  ];
}

function boxAround(parts: readonly Cubic[]): Box {
  return boxOf(parts.flat());
}

function boxOf(points: readonly Point[]): Box {
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** The boxes of wires that run back around nodes, which alone reach beyond them: as drawn, without the control points. */
export function loopBoxes(curves: readonly Curve[]): Box[] {
  const around = curves.filter(({ parts }) => parts.length > 1);
  return around.map(({ parts }) => {
    const steps = Array.from({ length: 9 }, (_, step) => step / 8);
    return boxOf(parts.flatMap((part) => steps.map((t) => pointOn(part, t))));
  });
}

export function curveOf(link: Link, type: string, from: Point, to: Point, a?: Box, b?: Box): Curve {
  const parts = partsOf(from, to, a, b);
  return { link, type, parts, box: boxAround(parts) };
}

/** The curves of all links whose nodes exist. */
export function curvesOf(doc: WorkflowDocument, library: Library): Curve[] {
  const curves: Curve[] = [];
  for (const link of linkIndex(doc).all) {
    const from = end(doc, library, link.source, "out");
    const to = end(doc, library, link.target, "in");
    if (from && to) curves.push(curveOf(link, from.type, from, to, from.node, to.node));
  }
  return curves;
}

export function pointOn([p, q, r, s]: Cubic, t: number): Point {
  const u = 1 - t;
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return { x: a * p.x + b * q.x + c * r.x + d * s.x, y: a * p.y + b * q.y + c * r.y + d * s.y };
}

function distance(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length));
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

const SAMPLES = 24;

function away(part: Cubic, at: Point): number {
  let least = Number.POSITIVE_INFINITY;
  let last = part[0];
  for (let step = 1; step <= SAMPLES; step++) {
    const next = pointOn(part, step / SAMPLES);
    least = Math.min(least, distance(at, last, next));
    last = next;
  }
  return least;
}

function near({ x, y, width, height }: Box, at: Point, room: number): boolean {
  return at.x >= x - room && at.x <= x + width + room && at.y >= y - room && at.y <= y + height + room;
}

/** The link under a point, within a tolerance, or null. */
export function pick(curves: readonly Curve[], at: Point, tolerance: number): string | null {
  let best: string | null = null;
  let least = tolerance;
  for (const { box, parts, link } of curves) {
    if (!near(box, at, tolerance)) continue;
    const distance = Math.min(...parts.map((part) => away(part, at)));
    if (distance < least) [best, least] = [link.text, distance];
  }
  return best;
}
