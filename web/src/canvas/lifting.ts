/** A wire is picked up at the input it feeds, and carried elsewhere or let go of. */

import type { ReactFlowState } from "@xyflow/react";
import { XYHandle } from "@xyflow/system";
import { moveLink } from "../model/commands";
import { handleId, type SocketPlace } from "../model/geometry";
import { type Link, linksInto } from "../model/links";
import type { NodeId } from "../model/types";
import { currentDoc, perform } from "../state/docStore";
import { setView } from "../state/viewStore";
import { type HandleRef, wireOf } from "./connecting";

interface Flow {
  readonly getState: () => ReactFlowState;
}

function linkInto(node: NodeId, { side, name, slot }: SocketPlace): Link | undefined {
  if (side === "out") return undefined;
  return linksInto(currentDoc(), node).findLast(
    ({ target }) => target.socket === name && target.slot === slot,
  );
}

/** Take the link that feeds this input into the hand; false when there is none, so that a new one is drawn. */
export function lift(flow: Flow, event: MouseEvent | TouchEvent, node: NodeId, socket: SocketPlace): boolean {
  const link = linkInto(node, socket);
  const state = flow.getState();
  if (!link || !state.nodeLookup.has(link.source.node)) return false;
  const { autoPanOnConnect, connectionMode, connectionRadius, domNode, lib, nodeLookup, rfId } = state;
  const { cancelConnection, panBy, updateConnection } = state;
  XYHandle.onPointerDown(event, {
    autoPanOnConnect,
    connectionMode,
    connectionRadius,
    domNode,
    lib,
    nodeLookup,
    flowId: rfId,
    cancelConnection,
    panBy,
    updateConnection,
    nodeId: link.source.node,
    handleId: handleId("out", link.source.socket, link.source.slot),
    isTarget: false,
    edgeUpdaterType: "source",
    handleDomNode: event.target as Element,
    dragThreshold: state.connectionDragThreshold,
    isValidConnection: (connection) => flow.getState().isValidConnection?.(connection) ?? true,
    onConnect: (connection) => flow.getState().onConnect?.(connection),
    onConnectStart: (started, from) => {
      setView({ lifted: link.text });
      flow.getState().onConnectStart?.(started, from);
    },
    onConnectEnd: (ended, final) => flow.getState().onConnectEnd?.(ended, final),
    getTransform: () => flow.getState().transform,
    getFromHandle: () => flow.getState().connection.fromHandle,
  });
  return true;
}

/** Lead the lifted link to another input, as one step of the undo list. */
export function relay(lifted: string, from: HandleRef, to: HandleRef): void {
  perform(moveLink(lifted, wireOf(from, to)));
}
