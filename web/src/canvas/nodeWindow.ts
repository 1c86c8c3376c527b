/** The list of nodes React Flow is given: derived from the document, the same object as long as a node is the same. */

import { type Node, type NodeHandle, Position } from "@xyflow/react";
import { type NodeShape, sameShape, shapeOf } from "../model/geometry";
import type { Box } from "../model/placement";
import type { NodeDefinition, NodeId, WorkflowDocument } from "../model/types";
import { placeOf } from "./dragging";

export type ViewNode = Node<Record<string, never>, "node">;

/** Above this many nodes React Flow sees only those near the viewport. */
export const WINDOW_FROM = 1_500;
const STEP = 512;
const MARGIN = 256;
const SOCKET = 14;

const data: Record<string, never> = {};

interface Kept {
  readonly shape: NodeShape;
  readonly node: ViewNode;
}

export interface Scene {
  readonly doc: WorkflowDocument;
  readonly library: ReadonlyMap<string, NodeDefinition>;
  readonly selection: ReadonlySet<NodeId>;
  /** What is seen, in steps; null shows all. */
  readonly window: Box | null;
}

/** The part of the canvas worth mounting, moved in steps so that a small pan changes nothing. */
export function windowOf(view: Box): Box {
  // The more is seen, the larger the steps: a pan never changes the list more than every few frames.
  const step = STEP * Math.max(1, 2 ** Math.round(Math.log2(view.width / 1600)));
  const x = Math.floor((view.x - MARGIN) / step) * step;
  const y = Math.floor((view.y - MARGIN) / step) * step;
  const right = Math.ceil((view.x + view.width + MARGIN) / step) * step;
  const bottom = Math.ceil((view.y + view.height + MARGIN) / step) * step;
  return { x, y, width: right - x, height: bottom - y };
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function handles(shape: NodeShape): NodeHandle[] {
  return shape.sockets.map(({ handle, side, x, y }) => ({
    id: handle,
    type: side === "in" ? "target" : "source",
    position: side === "in" ? Position.Left : Position.Right,
    x: x - SOCKET / 2,
    y: y - SOCKET / 2,
    width: SOCKET,
    height: SOCKET,
  }));
}

function label(doc: WorkflowDocument, id: NodeId, library: ReadonlyMap<string, NodeDefinition>): string {
  const node = doc.nodes[id];
  return node?.title ?? library.get(node?.type ?? "")?.title ?? node?.type ?? id;
}

/** Make lists of view nodes; each call reuses what did not change since the last. */
export function createNodeWindow(): (scene: Scene) => ViewNode[] {
  let kept = new Map<NodeId, Kept>();
  return ({ doc, library, selection, window }) => {
    const next = new Map<NodeId, Kept>();
    for (const id of Object.keys(doc.nodes)) {
      const shape = shapeOf(doc, id, library.get(doc.nodes[id]?.type ?? ""));
      const position = placeOf(doc, id);
      const selected = selection.has(id);
      const { width, height } = shape;
      if (window && !selected && !overlaps({ ...position, width, height }, window)) continue;
      const before = kept.get(id);
      const { node } = before ?? {};
      const still = node && node.position.x === position.x && node.position.y === position.y;
      const ariaLabel = label(doc, id, library);
      if (
        before &&
        still &&
        node.selected === selected &&
        node.ariaLabel === ariaLabel &&
        sameShape(before.shape, shape)
      ) {
        next.set(id, before);
        continue;
      }
      const sameHandles = before && sameShape(before.shape, shape) ? before.node.handles : undefined;
      const fresh = { id, type: "node", data, position, width, height, selected, ariaLabel } as const;
      next.set(id, {
        shape,
        node: {
          ...fresh,
          measured: { width, height },
          handles: sameHandles ?? handles(shape),
          dragHandle: ".node-grip",
        },
      });
    }
    kept = next;
    return [...next.values()].map((item) => item.node);
  };
}
