/** Gestures on the ground: pick a wire, open menus, search by double click. */

import { type PointerEvent, type MouseEvent as ReactMouseEvent, useMemo } from "react";
import { currentCamera } from "../state/camera";
import { selectLinks, selectNodes, setView, viewStore } from "../state/viewStore";
import { currentCurves } from "./curveStore";
import type { ViewNode } from "./nodeWindow";
import { pick } from "./paths";
import { notePointer } from "./pointer";

const TOLERANCE = 7;

interface At {
  readonly clientX: number;
  readonly clientY: number;
}

function linkAt({ clientX, clientY }: At): string | null {
  const camera = currentCamera();
  if (!camera) return null;
  return pick(
    currentCurves(),
    camera.toFlow({ x: clientX, y: clientY }),
    TOLERANCE / viewStore.getState().zoom,
  );
}

function onGround(target: EventTarget): boolean {
  return target instanceof Element && target.classList.contains("react-flow__pane");
}

function hover(event: PointerEvent): void {
  notePointer({ x: event.clientX, y: event.clientY });
  const idle = event.buttons === 0 && onGround(event.target);
  const hovered = idle ? linkAt(event) : null;
  if (hovered !== viewStore.getState().hovered) setView({ hovered });
}

function click(event: ReactMouseEvent): void {
  const link = linkAt(event);
  const { links } = viewStore.getState();
  if (link && (event.shiftKey || event.ctrlKey || event.metaKey)) selectLinks([...links, link]);
  else if (link) selectLinks([link]);
  else selectNodes([]);
}

function paneMenu(event: ReactMouseEvent | MouseEvent): void {
  event.preventDefault();
  const at = { x: event.clientX, y: event.clientY };
  const link = linkAt(event);
  if (link) selectLinks([link]);
  const flow = currentCamera()?.toFlow(at) ?? at;
  setView({ menu: { at, target: link ? { kind: "link", link } : { kind: "pane", flow } } });
}

function nodeMenu(event: ReactMouseEvent, node: ViewNode): void {
  if (event.target instanceof Element && event.target.closest("input, textarea, .cm-content")) return;
  event.preventDefault();
  if (!viewStore.getState().selection.has(node.id)) selectNodes([node.id]);
  setView({ menu: { at: { x: event.clientX, y: event.clientY }, target: { kind: "node", id: node.id } } });
}

function search(event: ReactMouseEvent): void {
  const camera = currentCamera();
  if (!camera || !onGround(event.target)) return;
  const at = { x: event.clientX, y: event.clientY };
  setView({ search: { at, flow: camera.toFlow(at) } });
}

export function usePane() {
  return useMemo(
    () => ({
      around: { onPointerMove: hover, onPointerLeave: () => notePointer(null), onDoubleClick: search },
      flow: { onPaneClick: click, onPaneContextMenu: paneMenu, onNodeContextMenu: nodeMenu },
    }),
    [],
  );
}
