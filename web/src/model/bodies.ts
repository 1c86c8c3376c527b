/** The bodies of loop nodes: what they work through again and again. */

import { type Link, linksFrom } from "./links";
import type { InputDefinition, NodeDefinition, NodeId, WorkflowDocument } from "./types";

type Library = ReadonlyMap<string, NodeDefinition>;

function inputAt(doc: WorkflowDocument, library: Library, { target }: Link): InputDefinition | undefined {
  const inputs = library.get(doc.nodes[target.node]?.type ?? "")?.inputs;
  return inputs?.find(({ name }) => name === target.socket);
}

/** Tools are shared by all rounds, and are in no body. */
function isTool(doc: WorkflowDocument, library: Library, id: NodeId): boolean {
  return linksFrom(doc, id).some((link) => inputAt(doc, library, link)?.tools);
}

/** All that links lead to from some outputs of a node, up to that node; where a loop takes its results back, they end. */
function reached(
  doc: WorkflowDocument,
  library: Library,
  loop: NodeId,
  outputs: ReadonlySet<string>,
  tools: boolean,
): Set<NodeId> {
  const found = new Set<NodeId>();
  const next = linksFrom(doc, loop).filter(({ source }) => outputs.has(source.socket));
  for (let link = next.pop(); link; link = next.pop()) {
    const id = link.target.node;
    if (id === loop || found.has(id) || !Object.hasOwn(doc.nodes, id)) continue;
    if (inputAt(doc, library, link)?.back || (!tools && isTool(doc, library, id))) continue;
    found.add(id);
    next.push(...linksFrom(doc, id));
  }
  return found;
}

/** The nodes in the body of a loop node; nothing for any other node. */
export function bodyOf(doc: WorkflowDocument, library: Library, loop: NodeId): ReadonlySet<NodeId> {
  const outputs = library.get(doc.nodes[loop]?.type ?? "")?.outputs ?? [];
  const into = outputs.filter(({ body }) => body).map(({ name }) => name);
  if (into.length === 0) return none;
  const onwards = outputs.filter(({ body }) => !body).map(({ name }) => name);
  const after = reached(doc, library, loop, new Set(onwards), true);
  const inside = reached(doc, library, loop, new Set(into), false);
  return new Set([...inside].filter((id) => !after.has(id)));
}

const none: ReadonlySet<NodeId> = new Set();
let kept: {
  links: unknown;
  nodes: unknown;
  library: unknown;
  loop: NodeId;
  body: ReadonlySet<NodeId>;
} | null = null;

/** The body of the one chosen node, computed once per document. */
export function chosenBody(
  doc: WorkflowDocument,
  library: Library,
  chosen: ReadonlySet<NodeId>,
): ReadonlySet<NodeId> {
  const [loop] = chosen;
  if (chosen.size !== 1 || loop === undefined) return none;
  const { links, nodes } = doc;
  const same =
    kept?.links === links && kept.nodes === nodes && kept.library === library && kept.loop === loop;
  if (kept && same) return kept.body;
  kept = { links, nodes, library, loop, body: bodyOf(doc, library, loop) };
  return kept.body;
}
