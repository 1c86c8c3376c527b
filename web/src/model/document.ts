/** The workflow document: made, read and written without losing what the editor does not know. */

import { parseJson } from "./exactNumber";
import type { NodeDocument, NodeId, WorkflowDocument } from "./types";
import { layOut } from "./writeJson";

export const FORMAT = "nodebuilder/1";
/** Always one item per line, so that a change of one is a change of one line. */
const BROKEN: ReadonlySet<string> = new Set(["nodes", "links", "groups", "layout"]);
const HEAD = ["format", "name", "description", "publish", "resource_uri"];
const TAIL = ["nodes", "links", "start", "groups", "layout"];

/** Says why a text is not a workflow, in one sentence for a person. */
export class DocumentError extends Error {
  override name = "DocumentError";
}

export function emptyDocument(name = "Untitled"): WorkflowDocument {
  return { format: FORMAT, name, nodes: {}, links: [], layout: {} };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Read the JSON of a file. */
export function parseText(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new DocumentError(`This is not a workflow: the text is not JSON (${(error as Error).message}).`);
  }
}

/** Read a document from its text. */
export function parseDocument(text: string): WorkflowDocument {
  return toDocument(parseText(text));
}

/** Whether a file is none of ours: the server knows those of the earlier editor, and names those of other programs. */
export function isOlder(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  return isRecord(value) && !(typeof value.format === "string" && value.format.startsWith("nodebuilder/"));
}

/** Take a parsed value as a document, or say what is wrong with it. */
export function toDocument(value: unknown): WorkflowDocument {
  if (!isRecord(value)) throw new DocumentError("This is not a workflow: the file holds no object.");
  const { format, nodes = {}, links = [], layout = {} } = value;
  if (typeof format !== "string" || !format.startsWith("nodebuilder/"))
    throw new DocumentError('This is not a workflow: "format" should be "nodebuilder/1".');
  if (format !== FORMAT)
    throw new DocumentError(`This workflow was written by a newer version (${format}). Update to open it.`);
  if (!isRecord(nodes)) throw new DocumentError('This workflow is damaged: "nodes" is not an object.');
  if (!Array.isArray(links)) throw new DocumentError('This workflow is damaged: "links" is not a list.');
  if (!isRecord(layout)) throw new DocumentError('This workflow is damaged: "layout" is not an object.');
  for (const [id, node] of Object.entries(nodes)) {
    if (!isRecord(node) || typeof node.type !== "string")
      throw new DocumentError(`This workflow is damaged: node "${id}" has no type.`);
  }
  const name = typeof value.name === "string" ? value.name : "";
  return { ...value, format, name, nodes, links, layout } as WorkflowDocument;
}

/** Write a document: head, what the editor does not know, then the graph; one node or link per line. */
export function writeDocument(doc: WorkflowDocument): string {
  const unknown = Object.keys(doc).filter((key) => !HEAD.includes(key) && !TAIL.includes(key));
  const keys = [...HEAD, ...unknown, ...TAIL].filter((key) => doc[key] !== undefined);
  return layOut(
    keys.map((key) => [key, doc[key]]),
    BROKEN,
  );
}

export function nodeOf(doc: WorkflowDocument, id: NodeId): NodeDocument | undefined {
  return Object.hasOwn(doc.nodes, id) ? doc.nodes[id] : undefined;
}

/** Put a document together from a graph's parts, for pasting and for tests. */
export function documentWith(parts: Partial<WorkflowDocument>): WorkflowDocument {
  return { ...emptyDocument(), ...parts } as WorkflowDocument;
}
