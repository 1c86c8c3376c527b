/** The wire that is being drawn, and beside the pointer why it does not fit. */

import type { ConnectionLineComponentProps } from "@xyflow/react";
import { socketColour } from "../ui";
import { socketOf, whyNot } from "./connecting";
import type { ViewNode } from "./nodeWindow";
import { bendOf } from "./paths";

export function ConnectionLine(props: ConnectionLineComponentProps<ViewNode>) {
  const { fromX, fromY, toX, toY, fromHandle, toHandle } = props;
  const start = { node: fromHandle.nodeId, handle: fromHandle.id ?? "" };
  const socket = socketOf(start);
  const out = fromHandle.type === "source";
  const from = out ? { x: fromX, y: fromY } : { x: toX, y: toY };
  const to = out ? { x: toX, y: toY } : { x: fromX, y: fromY };
  const bend = bendOf(from, to);
  const path = `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
  const reason = toHandle ? whyNot(start, { node: toHandle.nodeId, handle: toHandle.id ?? "" }) : null;
  return (
    <g>
      <path d={path} fill="none" stroke={socketColour(socket?.hue ?? "ANY")} strokeWidth={2} />
      {reason && (
        <foreignObject x={toX + 14} y={toY + 10} width={250} height={80} className="refusal-room">
          <div className="refusal">{reason}</div>
        </foreignObject>
      )}
    </g>
  );
}
