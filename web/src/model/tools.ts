/** Tools and the models that call them: which sockets belong together, and which single link goes both ways. */

import { type Endpoint, type Link, linkIndex, linksFrom, linksInto } from "./links";
import type { InputDefinition, NodeDefinition, NodeId, OutputDefinition, WorkflowDocument } from "./types";

/** Where a tool node takes the calls of a model. */
export const TOOL_CALL = "tool_call";
/** Where a tool node gives its definition, and its results. */
export const TOOL_OUTPUT = "output";
/** Where a model takes its tools, one per slot. */
export const TOOLS = "tools";
/** Where a model sends its calls: slot k goes to the tool at slot k of its tools. */
export const TOOL_CALLS = "tool_calls";

/** Whether a model may call nodes of this type. */
export function isCallable(definition: NodeDefinition | undefined): boolean {
  return definition?.inputs.some((input) => input.name === TOOL_CALL && input.do_not_wait) ?? false;
}

/** Whether nodes of this type call tools. */
export function callsTools(definition: NodeDefinition | undefined): boolean {
  return definition?.inputs.some((input) => input.tools) ?? false;
}

/** What goes through a socket between a model and its tools: the tool itself, or a call of it. */
export type ToolRole = "tool" | "call" | null;

export function roleOfInput(input: InputDefinition): ToolRole {
  if (input.name === TOOL_CALL && input.do_not_wait) return "call";
  return input.tools || input.type === "TOOL" ? "tool" : null;
}

export function roleOfOutput(output: OutputDefinition, definition: NodeDefinition): ToolRole {
  if (output.name === TOOL_CALLS && output.array) return "call";
  const tool = output.type === "TOOL" || (output.name === TOOL_OUTPUT && isCallable(definition));
  return tool ? "tool" : null;
}

interface Ends {
  readonly source: Endpoint;
  readonly target: Endpoint;
}

/** The slot at which a model has this tool, or -1. */
function slotOf(links: readonly Link[], tool: NodeId): number {
  const link = links.find(({ source, target }) => source.node === tool && target.socket === TOOLS);
  return link?.target.slot ?? -1;
}

/** The slot down which a model calls this tool, or -1. */
function callSlotOf(links: readonly Link[], tool: NodeId): number {
  const link = links.find(
    ({ source, target }) =>
      source.socket === TOOL_CALLS && target.node === tool && target.socket === TOOL_CALL,
  );
  return link?.source.slot ?? -1;
}

/** A link between a model and a tool uses the slot of the link the other way: they are a pair. */
export function paired(doc: WorkflowDocument, ends: Ends): Ends {
  const { source, target } = ends;
  if (source.socket === TOOL_CALLS && target.socket === TOOL_CALL) {
    const slot = slotOf(linksInto(doc, source.node), target.node);
    return slot < 0 ? ends : { source: { ...source, slot }, target };
  }
  if (source.socket !== TOOL_OUTPUT || target.socket !== TOOLS) return ends;
  const slot = callSlotOf(linksFrom(doc, target.node), source.node);
  const taken = (at: number | null) =>
    linksInto(doc, target.node).some((link) => link.target.socket === TOOLS && link.target.slot === at);
  return slot < 0 || taken(target.slot) || taken(slot) ? ends : { source, target: { ...target, slot } };
}

/** The link that leads a model's calls back to the tool of a two-way link. */
export function wayBack({ source, target }: Link): Ends {
  return {
    source: { node: target.node, socket: TOOL_CALLS, slot: target.slot ?? 0 },
    target: { node: source.node, socket: TOOL_CALL, slot: null },
  };
}

type Library = ReadonlyMap<string, NodeDefinition>;

const known = new WeakMap<readonly string[], { library: Library; links: ReadonlySet<string> }>();

/** Links from a tool to a model that carry the calls too, since no link leads back. */
export function twoWayLinks(doc: WorkflowDocument, library: Library): ReadonlySet<string> {
  const cached = known.get(doc.links);
  if (cached?.library === library) return cached.links;
  const type = (id: NodeId) => library.get(doc.nodes[id]?.type ?? "");
  const links = new Set<string>();
  for (const { text, source, target } of linkIndex(doc).all) {
    const input = type(target.node)?.inputs.find((one) => one.name === target.socket);
    if (!input?.tools || source.socket !== TOOL_OUTPUT || !isCallable(type(source.node))) continue;
    if (callSlotOf(linksFrom(doc, target.node), source.node) < 0) links.add(text);
  }
  known.set(doc.links, { library, links });
  return links;
}
