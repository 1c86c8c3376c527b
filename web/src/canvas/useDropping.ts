/** Things dropped on the canvas: a node type from the palette, a workflow from the desk. */

import { type DragEvent, useMemo } from "react";
import { currentCamera } from "../state/camera";
import { definitionOf } from "../state/libraryStore";
import { placeNode } from "../state/placing";
import { openFile } from "../state/workflows";
import { notify } from "../ui";

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
  const [file] = event.dataTransfer.files;
  if (!definition && !file) return;
  event.preventDefault();
  const at = currentCamera()?.toFlow({ x: event.clientX, y: event.clientY }) ?? { x: 0, y: 0 };
  if (definition) placeNode(definition, { x: at.x - 60, y: at.y - 16 });
  else if (file?.name.endsWith(".json")) void openFile(file);
  else if (file)
    notify.say(
      "This file cannot be opened here",
      "Drop a .flow.json file, or a picture on a picture widget.",
    );
}

export function useDropping() {
  return useMemo(() => ({ onDragOver, onDrop }), []);
}
