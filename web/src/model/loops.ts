/** Which links close a loop, so that the canvas can draw them dashed. */

import { asNumber } from "./exactNumber";
import { type Link, linkIndex } from "./links";
import type { NodeId, WorkflowDocument } from "./types";

type Follow = (id: NodeId) => readonly Link[];
interface Visit {
  readonly id: NodeId;
  readonly rest: Link[];
}

const known = new WeakMap<readonly string[], { layout: object; closing: ReadonlySet<string> }>();

/** Walk depth first from a node; tell each link to a node of the path, and each node that is done. */
function walk(
  root: NodeId,
  follow: Follow,
  seen: Map<NodeId, "open" | "done">,
  back: (l: Link) => void,
): NodeId[] {
  const done: NodeId[] = [];
  if (seen.has(root)) return done;
  seen.set(root, "open");
  const path: Visit[] = [{ id: root, rest: [...follow(root)] }];
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const link = top.rest.shift();
    if (!link) {
      seen.set(top.id, "done");
      done.push(top.id);
      path.pop();
      continue;
    }
    const next = link.target.node;
    if (seen.get(next) === "open") back(link);
    if (seen.has(next)) continue;
    seen.set(next, "open");
    path.push({ id: next, rest: [...follow(next)] });
  }
  return done;
}

/** Groups of nodes that reach each other (Kosaraju's two walks); groups of one are left out. */
function circles(doc: WorkflowDocument): NodeId[][] {
  const { from, into } = linkIndex(doc);
  const seen = new Map<NodeId, "open" | "done">();
  const order = Object.keys(doc.nodes).flatMap((id) =>
    walk(
      id,
      (node) => from.get(node) ?? [],
      seen,
      () => {},
    ),
  );
  const reversed: Follow = (id) =>
    (into.get(id) ?? []).map((link) => ({ ...link, source: link.target, target: link.source }));
  const taken = new Map<NodeId, "open" | "done">();
  return order
    .reverse()
    .map((id) => walk(id, reversed, taken, () => {}))
    .filter((group) => group.length > 1);
}

function leftmost(doc: WorkflowDocument, ids: readonly NodeId[]): NodeId[] {
  const x = (id: NodeId) => asNumber(doc.layout[id]?.[0]) ?? 0;
  const order = new Map(Object.keys(doc.nodes).map((id, index) => [id, index]));
  return [...ids].sort((a, b) => x(a) - x(b) || (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** In each circle, the links that lead back towards its leftmost node. */
export function loopLinks(doc: WorkflowDocument): ReadonlySet<string> {
  const cached = known.get(doc.links);
  if (cached?.layout === doc.layout) return cached.closing;
  const { from } = linkIndex(doc);
  const closing = new Set<string>();
  for (const circle of circles(doc)) {
    const inside = new Set(circle);
    const follow: Follow = (id) => (from.get(id) ?? []).filter((link) => inside.has(link.target.node));
    const seen = new Map<NodeId, "open" | "done">();
    for (const root of leftmost(doc, circle)) walk(root, follow, seen, (link) => closing.add(link.text));
  }
  known.set(doc.links, { layout: doc.layout, closing });
  return closing;
}
