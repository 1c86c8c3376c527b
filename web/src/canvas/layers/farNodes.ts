/** Draw nodes as boxes, for far zooms and for the small map. */

import { shapeOf } from "../../model/geometry";
import { looksOf } from "../../model/older";
import type { Box } from "../../model/placement";
import type { NodeDefinition, NodeId, WorkflowDocument } from "../../model/types";
import type { NodeStatus } from "../../state/nodeRun";
import { nodeHue } from "../../ui/tokens";
import { dragVersion, placeOf } from "../dragging";
import { overlaps } from "../nodeWindow";
import type { Colours } from "./palette";
import { seen, type View } from "./wires";

export interface NodeBox extends Box {
  readonly id: NodeId;
  readonly title: string;
  /** The socket type whose colour the node has. */
  readonly hue: string;
  /** A colour that an older file gave it. */
  readonly tint: string | null;
}

let kept: { doc: unknown; library: unknown; drag: number; boxes: NodeBox[] } | null = null;

/** The boxes of all nodes as they are now; computed once per document and step of a drag. */
export function boxesOf(doc: WorkflowDocument, library: ReadonlyMap<string, NodeDefinition>): NodeBox[] {
  const drag = dragVersion();
  if (kept?.doc === doc && kept.library === library && kept.drag === drag) return kept.boxes;
  const boxes = Object.entries(doc.nodes).map(([id, node]) => {
    const definition = library.get(node.type);
    const { width, height } = shapeOf(doc, id, definition);
    const { x, y } = placeOf(doc, id);
    return {
      id,
      x,
      y,
      width,
      height,
      title: node.title ?? definition?.title ?? node.type,
      hue: nodeHue(definition),
      tint: looksOf(node).tint,
    };
  });
  kept = { doc, library, drag, boxes };
  return boxes;
}

export function statusColour(status: NodeStatus, colours: Colours, otherwise: string): string {
  if (status === "running") return colours.accent;
  if (status === "asks" || status === "caught") return colours.warn;
  return status === "failed"
    ? colours.bad
    : status === "done" || status === "reused"
      ? colours.ok
      : otherwise;
}

export interface FarNodes {
  readonly boxes: readonly NodeBox[];
  readonly status: (id: NodeId) => NodeStatus;
  readonly selected: ReadonlySet<NodeId>;
}

const HEADER = 32;
const TINT = 0.24;
const TITLES_FROM = 0.14;

function drawBox(
  context: CanvasRenderingContext2D,
  box: NodeBox,
  view: View,
  colours: Colours,
  far: FarNodes,
): void {
  const selected = far.selected.has(box.id);
  const { x, y, width, height } = box;
  context.strokeStyle = selected ? colours.accent : statusColour(far.status(box.id), colours, colours.line);
  context.lineWidth = (selected ? 2.5 : 1.5) / view.zoom;
  context.fillStyle = colours.node;
  if (view.zoom < TITLES_FROM) {
    context.fillRect(x, y, width, height);
    context.strokeRect(x, y, width, height);
    return;
  }
  context.beginPath();
  context.roundRect(x, y, width, height, 8);
  context.fill();
  context.fillStyle = colours.head;
  context.beginPath();
  context.roundRect(x, y, width, HEADER, [8, 8, 0, 0]);
  context.fill();
  if (box.tint) {
    context.globalAlpha = TINT;
    context.fillStyle = box.tint;
    context.fill();
    context.globalAlpha = 1;
  }
  context.fillStyle = colours.socket(box.hue);
  const side = Math.min(18, 6 / view.zoom);
  context.fillRect(x + 10, y + (HEADER - side) / 2, side, side);
  context.beginPath();
  context.roundRect(x, y, width, height, 8);
  context.stroke();
}

const widths = new Map<string, string>();

/** The part of a title that fits, with a mark where it is cut; measured once. */
export function fitting(
  context: CanvasRenderingContext2D,
  title: string,
  room: number,
  size: number,
): string {
  const key = `${size} ${room} ${title}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  let shown = title.slice(0, 60);
  const cut = () => (shown === title ? shown : `${shown.trimEnd()}…`);
  while (shown && context.measureText(cut()).width > room) shown = shown.slice(0, -1);
  if (widths.size > 5_000) widths.clear();
  widths.set(key, cut());
  return cut();
}

/** Draw the nodes; the context is in canvas coordinates. */
export function drawFarNodes(
  context: CanvasRenderingContext2D,
  view: View,
  colours: Colours,
  far: FarNodes,
): void {
  const area = seen(view);
  const size = Math.round(Math.min(44, 12 / view.zoom));
  context.font = `500 ${size}px ${colours.font}`;
  context.textBaseline = "top";
  for (const box of far.boxes) {
    if (!overlaps(box, area)) continue;
    drawBox(context, box, view, colours, far);
    if (view.zoom < TITLES_FROM) continue;
    context.fillStyle = colours.fg;
    context.fillText(fitting(context, box.title, box.width - 18, size), box.x + 10, box.y + HEADER + 6);
  }
}
