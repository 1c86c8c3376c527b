/** Moving the view: our own fit and jump, since far nodes are not in the page. */

import { type OnMove, type ReactFlowInstance, useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect } from "react";
import { type Box, boundsOf, type Point } from "../model/placement";
import type { NodeId } from "../model/types";
import { type Camera, setCamera } from "../state/camera";
import { docStore } from "../state/docStore";
import { libraryStore } from "../state/libraryStore";
import { selectNodes, setView, viewStore } from "../state/viewStore";
import { onOpened } from "../state/workflows";
import { currentCurves } from "./curveStore";
import { shownGroups } from "./groupBoxes";
import { boxesOf } from "./layers/farNodes";
import type { ViewNode } from "./nodeWindow";
import { loopBoxes } from "./paths";
import { lastPointer } from "./pointer";

/** Below this zoom nodes are drawn, not mounted. */
export const FAR = 0.4;
const ROOM = 32;
const QUICK = 120;

type Flow = ReactFlowInstance<ViewNode>;
type FlowStore = ReturnType<typeof useStoreApi>;

function duration(): number {
  return matchMedia?.("(prefers-reduced-motion: reduce)").matches ? 0 : QUICK;
}

function look(flow: Flow, store: FlowStore, bounds: Box, most: number, time = duration()): void {
  const { width, height } = store.getState();
  if (!width || !height) return;
  const zoom = Math.min((width - 2 * ROOM) / bounds.width, (height - 2 * ROOM) / bounds.height, most);
  const bounded = Math.max(0.04, zoom);
  const x = width / 2 - (bounds.x + bounds.width / 2) * bounded;
  const y = height / 2 - (bounds.y + bounds.height / 2) * bounded;
  void flow.setViewport({ x, y, zoom: bounded }, { duration: time });
}

function boxes(ids?: Iterable<NodeId>) {
  const all = boxesOf(docStore.getState().doc, libraryStore.getState().byType);
  if (!ids) return all;
  const wanted = new Set(ids);
  return all.filter((box) => wanted.has(box.id));
}

function groupBoxes(): Box[] {
  return shownGroups(docStore.getState().doc, libraryStore.getState().byType).map(({ shown }) => shown);
}

function focusNode(id: NodeId): void {
  const element = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  element?.focus({ preventScroll: true });
}

function cameraOf(flow: Flow, store: FlowStore): Camera {
  const middleOfScreen = (): Point => {
    const { width, height, domNode } = store.getState();
    const { left = 0, top = 0 } = domNode?.getBoundingClientRect() ?? {};
    return { x: left + width / 2, y: top + height / 2 };
  };
  return {
    fit: (ids) => {
      const wires = ids ? [] : loopBoxes(currentCurves());
      const groups = ids ? [] : groupBoxes();
      const bounds = boundsOf([...boxes(ids), ...wires, ...groups]);
      if (bounds) look(flow, store, bounds, 1);
      else if (!ids) void flow.setViewport({ x: 0, y: 0, zoom: 1 }, { duration: 0 });
    },
    goTo: (id) => {
      const bounds = boundsOf(boxes([id]));
      if (!bounds) return;
      selectNodes([id]);
      look(flow, store, bounds, Math.max(0.8, Math.min(1, flow.getZoom())), 0);
      setTimeout(() => focusNode(id), 60);
    },
    zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: duration() }),
    zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: duration() }),
    toFlow: (point) => flow.screenToFlowPosition(point),
    toScreen: (point) => flow.flowToScreenPosition(point),
    middle: () => flow.screenToFlowPosition(middleOfScreen()),
    pointer: () => {
      const at = lastPointer();
      return at && flow.screenToFlowPosition(at);
    },
    centre: ({ x, y }) => void flow.setCenter(x, y, { zoom: flow.getZoom() }),
  };
}

const noteZoom: OnMove = (_event, { zoom }) => {
  const rounded = Math.round(zoom * 100) / 100;
  const before = viewStore.getState();
  const far = zoom < FAR;
  if (before.zoom !== rounded || before.far !== far) setView({ zoom: rounded, far });
};

export function useCamera() {
  const flow = useReactFlow<ViewNode>();
  const store = useStoreApi();
  useEffect(() => {
    const camera = cameraOf(flow, store);
    setCamera(camera);
    const later = () => void requestAnimationFrame(() => camera.fit());
    const stop = onOpened(later);
    later();
    return () => {
      stop();
      setCamera(null);
    };
  }, [flow, store]);
  const onMove = useCallback(noteZoom, []);
  return { onMove };
}
