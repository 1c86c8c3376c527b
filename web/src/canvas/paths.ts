/** The curves of links: from socket to socket, computed from the document alone. */

import { shapeOf } from "../model/geometry";
import { type Endpoint, type Link, linkIndex } from "../model/links";
import type { Box, Point } from "../model/placement";
import type { NodeDefinition, WorkflowDocument } from "../model/types";
import { placeOf } from "./dragging";

export interface Curve {
  readonly link: Link;
  readonly type: string;
  readonly from: Point;
  readonly to: Point;
  readonly bend: number;
  readonly box: Box;
}

function end(
  doc: WorkflowDocument,
  library: ReadonlyMap<string, NodeDefinition>,
  at: Endpoint,
  side: "in" | "out",
) {
  const node = doc.nodes[at.node];
  if (!node) return null;
  const shape = shapeOf(doc, at.node, library.get(node.type));
  const socket = shape.sockets.find(
    (one) => one.side === side && one.name === at.socket && one.slot === at.slot,
  );
  const { x, y } = placeOf(doc, at.node);
  if (socket) return { x: x + socket.x, y: y + socket.y, type: socket.type };
  // The definition has no such socket: the wire still ends at the node, so that it can be seen and cut.
  return { x: side === "in" ? x : x + shape.width, y: y + 16, type: "ANY" };
}

/** How far the control points reach out: further when the wire runs backwards. */
export function bendOf(from: Point, to: Point): number {
  const ahead = to.x - from.x;
  if (ahead >= 0) return Math.max(24, Math.min(ahead / 2, 160));
  return Math.min(60 + Math.sqrt(-ahead) * 9, 360);
}

export function curveOf(link: Link, from: Point & { type: string }, to: Point): Curve {
  const bend = bendOf(from, to);
  const left = Math.min(from.x, to.x - bend) - 4;
  const right = Math.max(from.x + bend, to.x) + 4;
  const top = Math.min(from.y, to.y) - 4;
  const bottom = Math.max(from.y, to.y) + 4;
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  return { link, type: from.type, from, to, bend, box };
}

/** The curves of all links whose nodes exist. */
export function curvesOf(doc: WorkflowDocument, library: ReadonlyMap<string, NodeDefinition>): Curve[] {
  const curves: Curve[] = [];
  for (const link of linkIndex(doc).all) {
    const from = end(doc, library, link.source, "out");
    const to = end(doc, library, link.target, "in");
    if (from && to) curves.push(curveOf(link, from, to));
  }
  return curves;
}

export function pointOn({ from, to, bend }: Curve, t: number): Point {
  const u = 1 - t;
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return {
    x: a * from.x + b * (from.x + bend) + c * (to.x - bend) + d * to.x,
    y: a * from.y + b * from.y + c * to.y + d * to.y,
  };
}

function distance(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length));
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

const SAMPLES = 24;

/** The link under a point, within a tolerance, or null. */
export function pick(curves: readonly Curve[], at: Point, tolerance: number): string | null {
  let best: string | null = null;
  let least = tolerance;
  for (const curve of curves) {
    const { box } = curve;
    if (at.x < box.x - tolerance || at.x > box.x + box.width + tolerance) continue;
    if (at.y < box.y - tolerance || at.y > box.y + box.height + tolerance) continue;
    let last = curve.from;
    for (let step = 1; step <= SAMPLES; step++) {
      const next = pointOn(curve, step / SAMPLES);
      const away = distance(at, last, next);
      if (away < least) [best, least] = [curve.link.text, away];
      last = next;
    }
  }
  return best;
}
