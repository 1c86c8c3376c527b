/** Actions on the selection and the undo list. */

import { addGroup, disconnect, duplicate, isolate, removeGroup, removeNodes } from "../model/commands";
import { boxAround, nodeBoxes } from "../model/groups";
import { currentDoc, docStore, perform, redoStep, undoStep } from "../state/docStore";
import { libraryStore } from "../state/libraryStore";
import { chooseGroup, selectNodes, setView, showDocs, viewStore } from "../state/viewStore";
import { copySelection, cutSelection, pasteFromSystem } from "./clipboard";
import type { Action } from "./types";

const chosen = () => viewStore.getState().selection;
const some = () => chosen().size > 0;
const one = () => chosen().size === 1;
const only = () => [...chosen()][0];

function remove(): void {
  const { selection, links, group } = viewStore.getState();
  if (group !== null) perform(removeGroup(group));
  if (links.size) perform(disconnect(links));
  if (selection.size) perform(removeNodes(selection));
  setView({ selection: new Set(), links: new Set(), group: null });
}

const grouped = () => viewStore.getState().group !== null;

/** A box around the chosen nodes, whose name can be typed at once. */
function group(): void {
  const doc = currentDoc();
  const box = boxAround(nodeBoxes(doc, libraryStore.getState().byType, chosen()));
  if (!box) return;
  const at = Array.isArray(doc.groups) ? doc.groups.length : 0;
  perform(addGroup("Group", box));
  chooseGroup(at);
  setView({ renamingGroup: at });
}

function rename(): void {
  const at = viewStore.getState().group;
  if (at === null) setView({ renaming: only() ?? null });
  else setView({ renamingGroup: at });
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
    when: () => some() || grouped() || viewStore.getState().links.size > 0,
    run: remove,
  },
  { id: "group", label: "Group selection", group: "Edit", keys: "$mod+g", when: some, run: group },
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
    when: () => one() || grouped(),
    run: rename,
  },
  { id: "documentation", label: "Documentation", group: "View", keys: "F1", when: one, run: documentation },
];
