/** From handles to wires: what a drawn connection means, and why it is refused. */

import { connect, type Wire } from "../model/commands";
import { connects, refusal } from "../model/compatibility";
import { readHandle, type SocketPlace, shapeOf } from "../model/geometry";
import { linksFrom, linksInto } from "../model/links";
import { paired } from "../model/tools";
import type { NodeId } from "../model/types";
import { currentDoc, perform } from "../state/docStore";
import { definitionOf, libraryStore } from "../state/libraryStore";
import { type Drawing, setView } from "../state/viewStore";

export interface HandleRef {
  readonly node: NodeId;
  readonly handle: string;
}

export function socketOf({ node, handle }: HandleRef): SocketPlace | null {
  const doc = currentDoc();
  const shape = shapeOf(doc, node, definitionOf(doc.nodes[node]?.type));
  return shape.sockets.find((socket) => socket.handle === handle) ?? null;
}

/** The two ends in the direction of the flow. */
function ordered(a: HandleRef, b: HandleRef): { from: HandleRef; to: HandleRef } {
  return readHandle(a.handle).side === "out" ? { from: a, to: b } : { from: b, to: a };
}

/** Why this pair of sockets may not be joined; null when it may. */
export function whyNot(a: HandleRef, b: HandleRef): string | null {
  const { from, to } = ordered(a, b);
  const output = socketOf(from)?.output;
  const input = socketOf(to)?.input;
  if (!output || !input) return "A wire goes from an output to an input.";
  const { connections } = libraryStore.getState();
  return refusal(connections, { node: from.node, socket: output }, { node: to.node, socket: input });
}

export function wireOf(a: HandleRef, b: HandleRef): Wire {
  const { from, to } = ordered(a, b);
  const source = { node: from.node, ...readHandle(from.handle) };
  const target = { node: to.node, ...readHandle(to.handle) };
  const input = socketOf(to)?.input;
  return {
    ...paired(currentDoc(), {
      source: { node: source.node, socket: source.socket, slot: source.slot },
      target: { node: target.node, socket: target.socket, slot: target.slot },
    }),
    sourceArray: socketOf(from)?.output?.array ?? false,
    targetArray: input?.array ?? false,
    targetMany: input?.many ?? false,
  };
}

export function join(a: HandleRef, b: HandleRef, merge?: string): void {
  const command = connect(wireOf(a, b));
  perform(merge === undefined ? command : { ...command, merge });
}

/** How well a socket that fits suits the one the wire comes from; the least is the best. */
function distance(
  node: NodeId,
  from: SocketPlace | null,
  { name, slot, side, role, type, input }: SocketPlace,
) {
  const doc = currentDoc();
  const here = ({ socket, slot: at }: { socket: string; slot: number | null }) =>
    socket === name && at === slot;
  const taken =
    side === "in"
      ? linksInto(doc, node).some((l) => here(l.target))
      : linksFrom(doc, node).some((l) => here(l.source));
  const kin = role === (from?.role ?? null);
  return (kin ? 0 : 4) + (type === from?.type ? 0 : 2) + (taken && !input?.many ? 1 : 0);
}

/** The socket of a node that suits the wire being drawn best: of its kind, and free. */
export function firstFitting(node: NodeId, from: HandleRef): HandleRef | null {
  const doc = currentDoc();
  const shape = shapeOf(doc, node, definitionOf(doc.nodes[node]?.type));
  const side = readHandle(from.handle).side === "out" ? "in" : "out";
  const start = socketOf(from);
  const fitting = shape.sockets.filter(
    (socket) => socket.side === side && whyNot(from, { node, handle: socket.handle }) === null,
  );
  const ranked = fitting.map((socket) => ({ socket, rank: distance(node, start, socket) }));
  const [best] = ranked.sort((a, b) => a.rank - b.rank);
  return best ? { node, handle: best.socket.handle } : null;
}

export function beginDrawing(from: HandleRef): void {
  const socket = socketOf(from);
  setView({ drawing: socket && { node: from.node, side: socket.side, type: socket.type } });
}

export function endDrawing(): void {
  setView({ drawing: null, lifted: null });
}

/** While a wire is drawn: does this socket take it? Null when none is drawn. */
export function fits(drawing: Drawing | null, node: NodeId, socket: SocketPlace): boolean | null {
  if (!drawing) return null;
  if (drawing.node === node || drawing.side === socket.side) return false;
  const { connections } = libraryStore.getState();
  return drawing.side === "out"
    ? connects(connections, drawing.type, socket.type)
    : connects(connections, socket.type, drawing.type);
}
