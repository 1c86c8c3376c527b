/** The system's clipboard, with our own memory of it where the browser gives none. */

import { cut, readPiece, writePiece } from "../model/clipboard";
import { newIds, paste, removeNodes } from "../model/commands";
import type { Point } from "../model/placement";
import { currentCamera } from "../state/camera";
import { currentDoc, perform } from "../state/docStore";
import { withoutKeys } from "../state/keys";
import { selectNodes, viewStore } from "../state/viewStore";
import { notify } from "../ui";

let remembered = "";
let pasted = { text: "", times: 0 };

/** The selected nodes as text, or null when none are selected. */
export function selectionText(): string | null {
  const { selection } = viewStore.getState();
  return selection.size ? writePiece(cut(currentDoc(), selection)) : null;
}

function writeToSystem(text: string): void {
  void navigator.clipboard?.writeText(text).catch(() => {});
}

/** Copy the selected nodes. A copy event of the browser takes the text at once; a menu must ask for the clipboard. */
export function copySelection(take: (text: string) => void = writeToSystem): boolean {
  const text = selectionText();
  if (text === null) return false;
  remembered = text;
  take(text);
  return true;
}

export function cutSelection(take?: (text: string) => void): boolean {
  const { selection } = viewStore.getState();
  if (!copySelection(take)) return false;
  perform(removeNodes(selection));
  selectNodes([]);
  return true;
}

function target(text: string): Point {
  const camera = currentCamera();
  const at = camera?.pointer() ?? camera?.middle() ?? { x: 0, y: 0 };
  pasted = { text, times: pasted.text === text ? pasted.times + 1 : 0 };
  return { x: at.x + (pasted.times % 8) * 28, y: at.y + (pasted.times % 8) * 28 };
}

/** Put text from the clipboard on the canvas; false when it holds no nodes. */
export async function pasteText(text: string): Promise<boolean> {
  const piece = readPiece(text);
  if (!piece) return false;
  const clean = await withoutKeys(piece);
  const ids = newIds(currentDoc(), clean);
  perform(paste(clean, target(text), ids));
  selectNodes(ids.values());
  return true;
}

export async function pasteFromSystem(): Promise<void> {
  const text = await (navigator.clipboard?.readText().catch(() => remembered) ?? Promise.resolve(remembered));
  if (!(await pasteText(text || remembered))) notify.say("The clipboard holds no nodes");
}
