/** Which links close a loop, so that the canvas can draw them dashed. */

import { type Link, linkIndex } from "./links";
import type { NodeId, WorkflowDocument } from "./types";

const known = new WeakMap<readonly string[], ReadonlySet<string>>();

function roots(doc: WorkflowDocument): NodeId[] {
  const { into } = linkIndex(doc);
  const ids = Object.keys(doc.nodes);
  const first = doc.start === undefined ? [] : [doc.start];
  return [...first, ...ids.filter((id) => !into.has(id)), ...ids];
}

/** Links that lead back to a node of the path that reached them (found depth first, from start and sources). */
export function loopLinks(doc: WorkflowDocument): ReadonlySet<string> {
  const cached = known.get(doc.links);
  if (cached) return cached;
  const { from } = linkIndex(doc);
  const closing = new Set<string>();
  const state = new Map<NodeId, "open" | "done">();
  for (const root of roots(doc)) {
    if (state.has(root)) continue;
    state.set(root, "open");
    const stack: { id: NodeId; rest: Link[] }[] = [{ id: root, rest: [...(from.get(root) ?? [])] }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const link = top.rest.shift();
      if (!link) {
        state.set(top.id, "done");
        stack.pop();
        continue;
      }
      const next = link.target.node;
      if (state.get(next) === "open") closing.add(link.text);
      if (state.has(next)) continue;
      state.set(next, "open");
      stack.push({ id: next, rest: [...(from.get(next) ?? [])] });
    }
  }
  known.set(doc.links, closing);
  return closing;
}
