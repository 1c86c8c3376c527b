/** Things dropped on the canvas: a node type from the palette, a workflow from the desk. */

import { type DragEvent, useMemo } from "react";
import { currentCamera } from "../state/camera";
import { definitionOf } from "../state/libraryStore";
import { placeNode } from "../state/placing";
import { openDropped } from "../state/workflows";

/** The MIME type under which the palette gives a node type. */
export const NODE_TYPE = "application/x-nodebuilder-type";

function onDragOver(event: DragEvent): void {
  const { types } = event.dataTransfer;
  if (!types.includes(NODE_TYPE) && !types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
}

function onDrop(event: DragEvent): void {
  const definition = definitionOf(event.dataTransfer.getData(NODE_TYPE));
  const files = [...event.dataTransfer.files];
  if (!definition && files.length === 0) return;
  event.preventDefault();
  const at = currentCamera()?.toFlow({ x: event.clientX, y: event.clientY }) ?? { x: 0, y: 0 };
  if (definition) placeNode(definition, { x: at.x - 60, y: at.y - 16 });
  else openDropped(files);
}

export function useDropping() {
  return useMemo(() => ({ onDragOver, onDrop }), []);
}
