/** Find node types and commands by a few letters. */

import uFuzzy from "@leeoniya/ufuzzy";
import { connects } from "./compatibility";
import { roleOfInput, roleOfOutput, type ToolRole } from "./tools";
import type { Connections, NodeDefinition, SocketType } from "./types";

const fuzzy = new uFuzzy({ intraMode: 1, intraIns: 1 });

/** The items whose text matches, best first; all of them when nothing is asked. */
export function searchBy<T>(items: readonly T[], text: (item: T) => string, query: string): T[] {
  const wanted = query.trim();
  if (!wanted) return [...items];
  const haystack = items.map(text);
  const [found, info, order] = fuzzy.search(haystack, wanted, 1);
  if (!found) return [];
  const indexes = info && order ? order.map((position) => info.idx[position] ?? 0) : found;
  return indexes.flatMap((index) => items[index] ?? []);
}

function nodeText(definition: NodeDefinition): string {
  const { title, type, category, tags, description } = definition;
  return `${title} ${type} ${category} ${tags.join(" ")} ${description}`;
}

/** Node types by name first, then by anything that is said about them. */
export function searchNodes(nodes: readonly NodeDefinition[], query: string): NodeDefinition[] {
  const byTitle = searchBy(nodes, (node) => node.title, query);
  if (!query.trim()) return byTitle;
  const byText = searchBy(nodes, nodeText, query);
  return [...new Set([...byTitle, ...byText])];
}

/** The end of a wire that looks for a partner. */
export interface LooseEnd {
  readonly side: "in" | "out";
  readonly type: SocketType;
  /** Tools or their calls go through it, whatever the type. */
  readonly role?: ToolRole;
}

/** Whether a node type has the partner that a wire of tools or calls looks for. */
export function isPartner(node: NodeDefinition, { side, role }: LooseEnd): boolean {
  if (!role) return false;
  return side === "out"
    ? node.inputs.some((input) => roleOfInput(input) === role)
    : node.outputs.some((output) => roleOfOutput(output, node) === role);
}

/** The first socket of a node type that the loose end of a wire fits, if any. */
export function fittingSocket(connections: Connections, node: NodeDefinition, end: LooseEnd): string | null {
  if (end.side === "out") {
    const fitting = node.inputs.filter((input) => connects(connections, end.type, input.type));
    const kin = end.role ? fitting.find((input) => roleOfInput(input) === end.role) : undefined;
    const exact = fitting.find((input) => input.type === end.type);
    return (kin ?? exact ?? fitting[0])?.name ?? null;
  }
  const fitting = node.outputs.filter((output) => connects(connections, output.type, end.type));
  const kin = end.role ? fitting.find((output) => roleOfOutput(output, node) === end.role) : undefined;
  const exact = fitting.find((output) => output.type === end.type);
  return (kin ?? exact ?? fitting[0])?.name ?? null;
}
