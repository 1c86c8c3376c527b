/** All sockets that a node's sockets could be joined with: the way to wire without a pointer. */

import { refusal } from "./compatibility";
import { type SocketPlace, shapeOf } from "./geometry";
import type { Connections, NodeDefinition, NodeId, WorkflowDocument } from "./types";

export interface End {
  readonly node: NodeId;
  readonly handle: string;
  readonly label: string;
}

export interface Partners {
  readonly from: End;
  readonly to: End;
}

type Library = ReadonlyMap<string, NodeDefinition>;

function socketsOf(doc: WorkflowDocument, library: Library, id: NodeId): readonly SocketPlace[] {
  return shapeOf(doc, id, library.get(doc.nodes[id]?.type ?? "")).sockets;
}

function pairs(
  node: NodeId,
  mine: SocketPlace,
  other: NodeId,
  its: SocketPlace,
  connections: Connections,
): Partners[] {
  const [out, into] = mine.output ? [mine, its] : [its, mine];
  if (!out.output || !into.input) return [];
  const [source, target] = mine.output ? [node, other] : [other, node];
  if (
    refusal(connections, { node: source, socket: out.output }, { node: target, socket: into.input }) !== null
  )
    return [];
  const from = { node: source, handle: out.handle, label: out.label };
  return [{ from, to: { node: target, handle: into.handle, label: into.label } }];
}

/** Every fitting pair between a node and the others, in the order of the file. */
export function partnersOf(
  doc: WorkflowDocument,
  library: Library,
  connections: Connections,
  node: NodeId,
): Partners[] {
  const mine = socketsOf(doc, library, node);
  const others = Object.keys(doc.nodes).filter((id) => id !== node);
  return others.flatMap((other) =>
    socketsOf(doc, library, other).flatMap((its) =>
      mine.flatMap((socket) => pairs(node, socket, other, its, connections)),
    ),
  );
}
