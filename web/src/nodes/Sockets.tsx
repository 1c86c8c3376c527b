/** The sockets on a node's edges. Shape says how they wait, colour what they carry. */

import { Handle, Position, useStoreApi } from "@xyflow/react";
import { Repeat2 } from "lucide-react";
import type { MouseEvent, TouchEvent } from "react";
import { fits } from "../canvas/connecting";
import { lift } from "../canvas/lifting";
import type { NodeShape, SocketPlace } from "../model/geometry";
import { linksFrom, linksInto } from "../model/links";
import type { NodeId } from "../model/types";
import { useDoc } from "../state/docStore";
import { useView } from "../state/viewStore";
import { socketColour } from "../ui";

function form({ input, output, slot }: SocketPlace): string {
  if (slot !== null || (input ?? output)?.array) return "array";
  return input?.do_not_wait ? "ring" : "round";
}

const WAYS: Record<string, string> = { ring: "does not wait", array: "takes several", round: "" };
const MANY = "takes any number of links";

/** What a socket is, in words. */
export function describe(socket: SocketPlace): string {
  const { input, output, label, type, side } = socket;
  const way = side === "in" ? WAYS[form(socket)] : "";
  const parts = [
    `${side === "in" ? "Input" : "Output"} ${label}`,
    type.toLowerCase(),
    way,
    way && input?.array && input.do_not_wait ? WAYS.ring : "",
    input?.pull ? "is asked for" : "",
    input?.many ? MANY : "",
    output?.body ? "begins the body of the loop" : "",
    input?.back ? "ends the body of the loop" : "",
  ];
  const description = (input ?? output)?.description;
  return `${parts.filter(Boolean).join(", ")}${description ? `. ${description}` : ""}`;
}

function Socket({ node, socket }: { node: NodeId; socket: SocketPlace }) {
  const fit = useView((state) => fits(state.drawing, node, socket));
  const linked = useDoc((doc) =>
    socket.side === "in"
      ? linksInto(doc, node).some(
          ({ target }) => target.socket === socket.name && target.slot === socket.slot,
        )
      : linksFrom(doc, node).some(
          ({ source }) => source.socket === socket.name && source.slot === socket.slot,
        ),
  );
  const flow = useStoreApi();
  const take = (event: MouseEvent | TouchEvent) => {
    if ("button" in event && event.button !== 0) return;
    if (lift(flow, event.nativeEvent, node, socket)) event.stopPropagation();
  };
  return (
    <Handle
      id={socket.handle}
      type={socket.side === "in" ? "target" : "source"}
      position={socket.side === "in" ? Position.Left : Position.Right}
      className="socket"
      data-form={form(socket)}
      data-pull={socket.input?.pull || undefined}
      data-fit={fit === null ? undefined : fit}
      data-linked={linked || undefined}
      onMouseDownCapture={take}
      onTouchStartCapture={take}
      role="img"
      aria-label={describe(socket)}
      title={describe(socket)}
      style={{ top: socket.y, "--socket": socketColour(socket.hue) } as React.CSSProperties}
    />
  );
}

export function Sockets({ node, shape }: { node: NodeId; shape: NodeShape }) {
  return shape.sockets.map((socket) => <Socket key={socket.handle} node={node} socket={socket} />);
}

/** Where the body of a loop begins and ends; the socket says it in words. */
function LoopMark() {
  return (
    <span className="row-loop" aria-hidden="true">
      <Repeat2 size={11} />
    </span>
  );
}

/** The names beside the sockets, one row of 26 each. */
export function SocketRows({ shape }: { shape: NodeShape }) {
  const rows = Array.from({ length: shape.rows }, (_, row) =>
    shape.sockets.filter((socket) => socket.row === row),
  );
  return rows.map((pair) => (
    <div className="row" key={pair.map((socket) => socket.handle).join(" ")}>
      {pair.map((socket) => (
        <span
          key={socket.handle}
          className={socket.side === "in" ? "row-in ui-ellipsis" : "row-out ui-ellipsis"}
          data-optional={socket.input?.required === false || undefined}
        >
          {socket.output?.body && <LoopMark />}
          {socket.label}
          {socket.input?.back && <LoopMark />}
        </span>
      ))}
    </div>
  ));
}
