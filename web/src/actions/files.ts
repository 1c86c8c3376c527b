/** Actions on whole workflows. */

import { saveNow } from "../state/autosave";
import { toggleRail } from "../state/viewStore";
import { chooseFile, download, newWorkflow } from "../state/workflows";
import { notify } from "../ui";
import type { Action } from "./types";

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
];
