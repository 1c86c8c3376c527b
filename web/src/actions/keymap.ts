/** Keys to actions. Keys that text fields need stay with them. */

import { tinykeys } from "tinykeys";
import { currentCamera } from "../state/camera";
import { copySelection, cutSelection, pasteText } from "./clipboard";
import { actions, runAction } from "./registry";
import type { Action } from "./types";

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select, [role=textbox], .cm-content");
}

/** In a dialog or an open menu keys belong to it. */
function elsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog], [role=menu], [role=listbox]") !== null;
}

function onGround(target: EventTarget | null): boolean {
  return (
    target === document.body || (target instanceof Element && target.matches(".canvas, .react-flow__pane"))
  );
}

function onCanvas(target: EventTarget | null): boolean {
  if (target === document.body) return true;
  return target instanceof Element && target.closest(".canvas") !== null;
}

/** Tab searches only under a pointer that rests on the canvas: who uses the keyboard alone moves on with it. */
function mine(action: Action, event: KeyboardEvent): boolean {
  const { target } = event;
  if (action.everywhere) return true;
  if (isTyping(target) || elsewhere(target)) return false;
  if (action.keys === "Tab") return onGround(target) && currentCamera()?.pointer() != null;
  if (action.keys === "Escape" || action.id === "shortcuts") return true;
  const plain = !action.keys?.includes("$mod");
  return plain || action.id === "selectAll" ? onCanvas(target) : true;
}

function handler(action: Action): (event: KeyboardEvent) => void {
  return (event) => {
    if (!mine(action, event)) return;
    event.preventDefault();
    runAction(action.id);
  };
}

function pasteHere(event: ClipboardEvent): void {
  if (isTyping(event.target) || elsewhere(event.target)) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (text) void pasteText(text);
}

/** Copy and cut are the browser's events: what they put on the clipboard is there at once. */
function carry(step: typeof copySelection): (event: ClipboardEvent) => void {
  return (event) => {
    if (isTyping(event.target) || elsewhere(event.target) || !onCanvas(event.target)) return;
    if (String(getSelection() ?? "")) return;
    if (step((text) => event.clipboardData?.setData("text/plain", text))) event.preventDefault();
  };
}

const BY_EVENT = ["copy", "cut"];

/** Listen to the keys of the window. Returns the way to stop. */
export function startKeys(): () => void {
  const bindings = Object.fromEntries(
    actions.flatMap((one) => (one.keys && !BY_EVENT.includes(one.id) ? [[one.keys, handler(one)]] : [])),
  );
  const remove = actions.find((one) => one.id === "delete");
  const redo = actions.find((one) => one.id === "redo");
  if (remove) bindings.Backspace = handler(remove);
  if (redo) bindings["$mod+y"] = handler(redo);
  const stop = tinykeys(window, bindings);
  document.addEventListener("paste", pasteHere);
  const [copy, cut] = [carry(copySelection), carry(cutSelection)];
  document.addEventListener("copy", copy);
  document.addEventListener("cut", cut);
  return () => {
    stop();
    document.removeEventListener("paste", pasteHere);
    document.removeEventListener("copy", copy);
    document.removeEventListener("cut", cut);
  };
}
