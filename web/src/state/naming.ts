/** The id of the workflow that is open: what models, tools and other programs know it by. */

import { api } from "../api/client";
import { explain } from "../api/errors";
import { DOORS, isOpen } from "../model/doors";
import type { WorkflowDocument } from "../model/types";
import { freeId, newWorkflowId } from "../model/workflowId";
import { notify } from "../ui";
import { betweenSaves } from "./autosave";
import { chatStore } from "./chat";
import { docStore } from "./docStore";
import { keepCopy } from "./localCopy";

/** A workflow has another id from now on; whoever shows it goes on under the new one. */
export function followRename(before: string, id: string): void {
  if (docStore.getState().id !== before) return;
  if (chatStore.getState().id === before) chatStore.setState({ id });
  docStore.setState({ id });
  if (docStore.getState().saved !== "saved") keepCopy(docStore.getState());
}

function tell(id: string, callers: readonly { readonly name: string; readonly id: string }[]): void {
  notify.done(`Programs know it as “${id}” now`);
  if (callers.length === 0) return;
  const names = callers.map((caller) => `“${caller.name || caller.id}”`).join(", ");
  notify.failed(`The old id still stands in ${names}.`, "Write the new one into the Workflow Tool there.");
}

async function rename(newId: string): Promise<void> {
  await betweenSaves(async () => {
    const { id } = docStore.getState();
    const { callers } = await api.renameWorkflow(id, newId);
    followRename(id, newId);
    tell(newId, callers);
  });
}

/** Give the workflow that is open another id; says why when that cannot be. */
export async function changeId(newId: string): Promise<void> {
  try {
    await rename(newId);
  } catch (error) {
    notify.failed(explain(error).message, explain(error).remedy);
  }
}

/** An id made of a name, that no workflow has yet. */
async function readableId(name: string): Promise<string> {
  const { workflows } = await api.workflows();
  return freeId(
    name,
    workflows.map(({ id }) => id),
  );
}

/** The id for a document that comes as a new workflow: of its name, where programs are to call it. */
export async function idFor(doc: WorkflowDocument): Promise<string> {
  if (!DOORS.some((door) => isOpen(doc, door))) return newWorkflowId();
  return readableId(doc.name).catch(newWorkflowId);
}

/** Make the id of the name. `quietly`: leave it when that cannot be now, for example while it runs. */
export async function takeNameAsId(quietly = false): Promise<void> {
  try {
    await rename(await readableId(docStore.getState().doc.name));
  } catch (error) {
    if (!quietly) notify.failed(explain(error).message, explain(error).remedy);
  }
}
