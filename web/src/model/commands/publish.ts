/** Commands on how a workflow is offered to other programs. */

import { type Door, publishedAt } from "../doors";
import type { WorkflowDocument } from "../types";
import { type Command, command } from "./command";

/** Open or close one door; what else the file names there is kept. */
export function setPublished(door: Door, open: boolean): Command {
  return command(open ? `Publish as ${door}` : `No longer publish as ${door}`, (doc) => {
    const publish = publishedAt(doc as WorkflowDocument, door, open);
    if (publish.length) doc.publish = publish;
    else delete doc.publish;
  });
}

/** Say what the workflow does, for those who find it from outside. */
export function describeWorkflow(description: string): Command {
  const change = (doc: { description?: string | undefined }) => {
    if (description) doc.description = description;
    else delete doc.description;
  };
  return command("Describe workflow", change, "description");
}

/** The address under which a published resource is read; empty is the usual one. */
export function setResourceUri(uri: string): Command {
  const change = (doc: { resource_uri?: string | undefined }) => {
    if (uri) doc.resource_uri = uri;
    else delete doc.resource_uri;
  };
  return command("Change resource address", change, "resource_uri");
}
