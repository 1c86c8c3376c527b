import { searchNodes } from "../../model/search";
import type { NodeDefinition } from "../../model/types";

export interface Section {
  readonly title: string;
  readonly nodes: readonly NodeDefinition[];
}

/** What is there to try things, and comes after all that is there to work with. */
const LATE: ReadonlySet<string> = new Set(["Test"]);

/** What the palette shows: recent ones and categories, or the best matches of a search. */
export function sections(
  nodes: readonly NodeDefinition[],
  recent: readonly string[],
  query: string,
): Section[] {
  if (query.trim()) {
    const found = searchNodes(nodes, query);
    return found.length ? [{ title: "Found", nodes: found }] : [];
  }
  const byType = new Map(nodes.map((node) => [node.type, node]));
  const last = recent.flatMap((type) => byType.get(type) ?? []);
  const categories = new Map<string, NodeDefinition[]>();
  for (const node of nodes) categories.set(node.category, [...(categories.get(node.category) ?? []), node]);
  const ordered = [...categories].sort(([a], [b]) => Number(LATE.has(a)) - Number(LATE.has(b)));
  const rest = ordered.map(([title, members]) => ({ title, nodes: members }));
  return last.length ? [{ title: "Recent", nodes: last }, ...rest] : rest;
}
