/** How a workflow is offered to other programs: its doors, its parameters (Input nodes), its results (Output nodes). */

import type { Json, NodeDocument, NodeId, WorkflowDocument } from "./types";

/** A model for OpenAI clients; a tool, a prompt or a resource for MCP clients. */
export const DOORS = ["model", "tool", "prompt", "resource"] as const;
export type Door = (typeof DOORS)[number];

export const isOpen = (doc: WorkflowDocument, door: Door): boolean => doc.publish?.includes(door) ?? false;

/** The list of open doors with one of them opened or closed; what is no door is kept at the end. */
export function publishedAt(doc: WorkflowDocument, door: Door, open: boolean): string[] {
  const now = new Set(doc.publish ?? []);
  if (open) now.add(door);
  else now.delete(door);
  const doors: readonly string[] = DOORS;
  return [...DOORS.filter((one) => now.has(one)), ...[...now].filter((one) => !doors.includes(one))];
}

export interface Parameter {
  readonly node: NodeId;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

export interface Result {
  readonly node: NodeId;
  readonly name: string;
}

const NEVER_EMPTY = ["number", "boolean", "dictionary", "list"];

function textOf(node: NodeDocument, widget: string): string {
  const value: Json | undefined = node.values?.[widget];
  return typeof value === "string" ? value : "";
}

const nameOf = (id: NodeId, node: NodeDocument): string => textOf(node, "name").trim() || id;

function parameter(id: NodeId, node: NodeDocument): Parameter {
  const type = textOf(node, "type") || "text";
  const wanted = node.values?.required === true || NEVER_EMPTY.includes(type);
  const required = wanted && !textOf(node, "default").trim();
  return { node: id, name: nameOf(id, node), type, required, description: textOf(node, "description") };
}

const message = (id: NodeId): Parameter => ({
  node: id,
  name: "prompt",
  type: "text",
  required: false,
  description: "The message.",
});

/** The parameters, in the order of the file; the Display Input of a chat is `prompt`, unless an Input node is. */
export function parametersOf({ nodes }: Pick<WorkflowDocument, "nodes">): Parameter[] {
  const entries = Object.entries(nodes);
  const found = entries.flatMap(([id, node]) => (node.type === "input" ? [parameter(id, node)] : []));
  if (found.some(({ name }) => name === "prompt" || name === "messages")) return found;
  const chat = entries.find(([, node]) => node.type === "display_input");
  return chat ? [...found, message(chat[0])] : found;
}

/** The results, in the order of the file. */
export function resultsOf({ nodes }: Pick<WorkflowDocument, "nodes">): Result[] {
  return Object.entries(nodes).flatMap(([id, node]) =>
    node.type === "output" ? [{ node: id, name: nameOf(id, node) }] : [],
  );
}
