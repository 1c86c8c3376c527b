/** Everything a person can do by name: one object for menus, the command palette and the keys. */

import { canvasActions } from "./canvas";
import { editActions } from "./edit";
import { fileActions } from "./files";
import { runActions } from "./run";
import type { Action } from "./types";
import { viewActions } from "./view";

export const actions: readonly Action[] = [
  ...runActions,
  ...editActions,
  ...canvasActions,
  ...fileActions,
  ...viewActions,
];

const byId = new Map(actions.map((action) => [action.id, action]));

export function action(id: string): Action {
  const found = byId.get(id);
  if (!found) throw new Error(`There is no action "${id}".`);
  return found;
}

/** Carry out an action if it makes sense now. */
export function runAction(id: string): void {
  const { when, run } = action(id);
  if (when?.() ?? true) run();
}
