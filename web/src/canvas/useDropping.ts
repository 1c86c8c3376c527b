/** Things dropped on the canvas: a node type from the palette, a workflow from the desk. */

import { type DragEvent, useEffect, useMemo } from "react";
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

/** A file let go beside the canvas opens as well, instead of taking the place of the page. */
function onFileBeside(event: globalThis.DragEvent): void {
  const files = event.dataTransfer;
  if (event.defaultPrevented || !files?.types.includes("Files")) return;
  event.preventDefault();
  if (document.querySelector("[role=dialog]")) files.dropEffect = "none";
  else if (event.type === "drop") openDropped([...files.files]);
}

export function useDropping() {
  useEffect(() => {
    const kinds = ["dragover", "drop"] as const;
    for (const kind of kinds) window.addEventListener(kind, onFileBeside);
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, onFileBeside);
    };
  }, []);
  return useMemo(() => ({ onDragOver, onDrop }), []);
}
