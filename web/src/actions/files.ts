/** Actions on whole workflows. */

import { saveNow } from "../state/autosave";
import { selectNodes, showTab, toggleRail } from "../state/viewStore";
import { chooseFile, download, newWorkflow } from "../state/workflows";
import { notify } from "../ui";
import type { Action } from "./types";

/** Where the workflow as a whole is shown, with its doors. */
function publish(): void {
  selectNodes([]);
  showTab("inspector");
  setTimeout(() => {
    const place = document.getElementById("publish");
    place?.scrollIntoView({ block: "start" });
    place?.querySelector<HTMLElement>("[role=switch]")?.focus({ preventScroll: true });
  });
}

async function save(): Promise<void> {
  if (await saveNow()) notify.done("Saved");
}

export const fileActions: readonly Action[] = [
  { id: "new", label: "New workflow", group: "File", run: () => void newWorkflow() },
  { id: "open", label: "Open workflow…", group: "File", run: () => toggleRail("workflows") },
  { id: "openFile", label: "Open file…", group: "File", keys: "$mod+o", everywhere: true, run: chooseFile },
  { id: "save", label: "Save", group: "File", keys: "$mod+s", everywhere: true, run: () => void save() },
  {
    id: "download",
    label: "Download as file",
    group: "File",
    keys: "$mod+Shift+s",
    everywhere: true,
    run: download,
  },
  { id: "publish", label: "Publish…", group: "File", run: publish },
];
