/** Actions on the selection and the undo list. */

import { disconnect, duplicate, isolate, removeNodes } from "../model/commands";
import { currentDoc, docStore, perform, redoStep, undoStep } from "../state/docStore";
import { selectNodes, setView, showDocs, viewStore } from "../state/viewStore";
import { copySelection, cutSelection, pasteFromSystem } from "./clipboard";
import type { Action } from "./types";

const chosen = () => viewStore.getState().selection;
const some = () => chosen().size > 0;
const one = () => chosen().size === 1;
const only = () => [...chosen()][0];

function remove(): void {
  const { selection, links } = viewStore.getState();
  if (links.size) perform(disconnect(links));
  if (selection.size) perform(removeNodes(selection));
  setView({ selection: new Set(), links: new Set() });
}

function copyNodes(): void {
  const { command, ids } = duplicate(currentDoc(), chosen());
  perform(command);
  selectNodes(ids);
}

function documentation(): void {
  const type = currentDoc().nodes[only() ?? ""]?.type;
  if (type) showDocs(type);
}

export const editActions: readonly Action[] = [
  {
    id: "undo",
    label: "Undo",
    group: "Edit",
    keys: "$mod+z",
    when: () => docStore.getState().history.past.length > 0,
    run: () => void undoStep(),
  },
  {
    id: "redo",
    label: "Redo",
    group: "Edit",
    keys: "$mod+Shift+z",
    when: () => docStore.getState().history.future.length > 0,
    run: () => void redoStep(),
  },
  { id: "cut", label: "Cut", group: "Edit", keys: "$mod+x", when: some, run: () => void cutSelection() },
  { id: "copy", label: "Copy", group: "Edit", keys: "$mod+c", when: some, run: () => void copySelection() },
  { id: "paste", label: "Paste", group: "Edit", run: () => void pasteFromSystem() },
  { id: "duplicate", label: "Duplicate", group: "Edit", keys: "$mod+d", when: some, run: copyNodes },
  {
    id: "selectAll",
    label: "Select all",
    group: "Edit",
    keys: "$mod+a",
    run: () => selectNodes(Object.keys(currentDoc().nodes)),
  },
  {
    id: "delete",
    label: "Delete",
    group: "Edit",
    keys: "Delete",
    danger: true,
    when: () => some() || viewStore.getState().links.size > 0,
    run: remove,
  },
  { id: "disconnect", label: "Disconnect", group: "Edit", when: some, run: () => perform(isolate(chosen())) },
  {
    id: "connect",
    label: "Connect…",
    group: "Edit",
    keys: "c",
    when: one,
    run: () => setView({ wiring: only() ?? null }),
  },
  {
    id: "rename",
    label: "Rename",
    group: "Edit",
    keys: "F2",
    when: one,
    run: () => setView({ renaming: only() ?? null }),
  },
  { id: "documentation", label: "Documentation", group: "View", keys: "F1", when: one, run: documentation },
];
