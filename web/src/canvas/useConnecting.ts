/** Drawing wires: what fits, what is refused, and what happens on the ground. */

import type { Connection, FinalConnectionState, IsValidConnection, OnConnectStart } from "@xyflow/react";
import { useMemo } from "react";
import { disconnect } from "../model/commands";
import { currentCamera } from "../state/camera";
import { currentDoc, perform } from "../state/docStore";
import { definitionOf } from "../state/libraryStore";
import { type ScreenPoint, setView, viewStore } from "../state/viewStore";
import { beginDrawing, endDrawing, firstFitting, type HandleRef, join, socketOf, whyNot } from "./connecting";
import { relay } from "./lifting";
import { showRefusal } from "./Refusal";

type Ends = Pick<Connection, "source" | "sourceHandle" | "target" | "targetHandle">;

function ends({ source, sourceHandle, target, targetHandle }: Ends): [HandleRef, HandleRef] {
  return [
    { node: source, handle: sourceHandle ?? "" },
    { node: target, handle: targetHandle ?? "" },
  ];
}

const isValid: IsValidConnection = (connection) => {
  const [from, to] = ends({
    ...connection,
    sourceHandle: connection.sourceHandle ?? null,
    targetHandle: connection.targetHandle ?? null,
  });
  return whyNot(from, to) === null;
};

const onConnectStart: OnConnectStart = (_event, { nodeId, handleId }) => {
  if (nodeId && handleId) beginDrawing({ node: nodeId, handle: handleId });
};

function pointOf(event: MouseEvent | TouchEvent): ScreenPoint {
  const touch = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
}

function nodeAt({ x, y }: ScreenPoint): string | null {
  const under = document
    .elementsFromPoint(x, y)
    .find((element) => element.classList.contains("react-flow__node"));
  return under?.getAttribute("data-id") ?? null;
}

/** Join two sockets; the link in the hand, if there is one, is led there. */
function settle(from: HandleRef, to: HandleRef): void {
  const { lifted } = viewStore.getState();
  if (lifted === null) join(from, to);
  else relay(lifted, from, to);
}

/** A wire let go over a node goes to its first socket that fits. */
function dropOnNode(node: string, from: HandleRef, at: ScreenPoint): void {
  const fitting = node === from.node ? null : firstFitting(node, from);
  if (fitting) settle(from, fitting);
  if (fitting || node === from.node) return;
  const type = socketOf(from)?.type.toLowerCase() ?? "this";
  const title =
    currentDoc().nodes[node]?.title ?? definitionOf(currentDoc().nodes[node]?.type)?.title ?? node;
  showRefusal(at, `${title} has no socket for ${type}.`);
}

function dropOnGround(from: HandleRef, at: ScreenPoint): void {
  const { lifted } = viewStore.getState();
  if (lifted !== null) {
    perform(disconnect(new Set([lifted])));
    return;
  }
  const socket = socketOf(from);
  const flow = currentCamera()?.toFlow(at);
  if (!socket || !flow) return;
  setView({
    search: { at, flow, wire: { side: socket.side, type: socket.type, role: socket.role, ...from } },
  });
}

function onConnectEnd(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  drop(event, state);
  endDrawing();
}

function drop(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const { isValid: good, fromHandle, toHandle } = state;
  if (good || !fromHandle?.id) return;
  const from = { node: fromHandle.nodeId, handle: fromHandle.id };
  const at = pointOf(event);
  if (toHandle?.id) {
    const reason = whyNot(from, { node: toHandle.nodeId, handle: toHandle.id });
    if (reason && toHandle.id !== fromHandle.id) showRefusal(at, reason);
    return;
  }
  const node = nodeAt(at);
  if (node) dropOnNode(node, from, at);
  else if (document.elementFromPoint(at.x, at.y)?.closest(".canvas")) dropOnGround(from, at);
}

function onConnect(connection: Connection): void {
  settle(...ends(connection));
}

export function useConnecting() {
  return useMemo(() => ({ isValidConnection: isValid, onConnectStart, onConnectEnd, onConnect }), []);
}
