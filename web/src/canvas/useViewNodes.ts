/** The nodes for React Flow, and what its gestures on them mean for document and selection. */

import { type NodeChange, type OnNodesChange, useStore } from "@xyflow/react";
import { useCallback, useMemo, useState, useSyncExternalStore } from "react";
import { moveNodes } from "../model/commands";
import type { Point } from "../model/placement";
import type { NodeId } from "../model/types";
import { perform, sealStep, useDoc } from "../state/docStore";
import { useLibrary } from "../state/libraryStore";
import { setView, useView, viewStore } from "../state/viewStore";
import { countNodeList } from "./counts";
import { dragTo, dragVersion, drop, onDrag } from "./dragging";
import { seen } from "./layers/wires";
import { createNodeWindow, type ViewNode, WINDOW_FROM, windowOf } from "./nodeWindow";

function selectionAfter(changes: readonly NodeChange<ViewNode>[]): Set<NodeId> | null {
  const selects = changes.filter((change) => change.type === "select");
  if (selects.length === 0) return null;
  const selection = new Set(viewStore.getState().selection);
  for (const { id, selected } of selects) {
    if (selected) selection.add(id);
    else selection.delete(id);
  }
  return selection;
}

function follow(changes: NodeChange<ViewNode>[]): void {
  const selection = selectionAfter(changes);
  if (selection) setView({ selection, ...(selection.size ? { links: new Set<string>(), group: null } : {}) });
  const moves: [NodeId, Point][] = [];
  let dragging = false;
  for (const change of changes) {
    if (change.type !== "position" || !change.position) continue;
    moves.push([change.id, change.position]);
    dragging ||= change.dragging ?? false;
  }
  if (moves.length === 0) return;
  dragTo(moves);
  // Steps with the arrow keys come without a drag: several in a row are one step of the undo list.
  if (!dragging) commit("nudge");
}

function commit(merge?: string): void {
  const moved = drop();
  if (moved.size) perform(moveNodes(moved, merge));
}

function endDrag(): void {
  commit();
  sealStep();
}

/** Above the limit only nodes near the view are handed on; the key changes in steps of the window. */
function useWindowKey(large: boolean): string | null {
  return useStore((state) => {
    if (!large) return null;
    const [x, y, zoom] = state.transform;
    const {
      x: left,
      y: top,
      width,
      height,
    } = windowOf(seen({ x, y, zoom, width: state.width, height: state.height }));
    return `${left} ${top} ${width} ${height}`;
  });
}

export function useViewNodes() {
  const doc = useDoc((now) => now);
  const library = useLibrary((state) => state.byType);
  const selection = useView((state) => state.selection);
  const drag = useSyncExternalStore(onDrag, dragVersion);
  const [list] = useState(createNodeWindow);
  const windowKey = useWindowKey(Object.keys(doc.nodes).length > WINDOW_FROM);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a drag changes places that the list reads by itself
  const nodes = useMemo(() => {
    countNodeList();
    const [x = 0, y = 0, width = 0, height = 0] = windowKey?.split(" ").map(Number) ?? [];
    return list({ doc, library, selection, window: windowKey === null ? null : { x, y, width, height } });
  }, [list, doc, library, selection, windowKey, drag]);
  const onNodesChange: OnNodesChange<ViewNode> = useCallback(follow, []);
  return { nodes, onNodesChange, onNodeDragStop: endDrag, onSelectionDragStop: endDrag };
}
