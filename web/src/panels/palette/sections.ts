import { searchNodes } from "../../model/search";
import type { NodeDefinition } from "../../model/types";

export interface Section {
  readonly title: string;
  readonly nodes: readonly NodeDefinition[];
}

/** The order of the categories; those of packs come before the ones that only tests need. */
const PACKS = "";
const ORDER = [
  ...["Input", "Text", "Math", "Conditional", "Loops", "Dictionary", "Utility"],
  ...["AI", "Image", "Tools", "Output", "Events", PACKS, "Testing", "Test"],
];

const rank = (category: string): number => ORDER.indexOf(ORDER.includes(category) ? category : PACKS);

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
  const ordered = [...categories].sort(([a], [b]) => rank(a) - rank(b));
  const rest = ordered.map(([title, members]) => ({ title, nodes: members }));
  return last.length ? [{ title: "Recent", nodes: last }, ...rest] : rest;
}
