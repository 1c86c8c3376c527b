/** Which nodes wait for the world. */

import type { NodeId, WorkflowDocument } from "./types";

const HEARD: ReadonlySet<string> = new Set(["webhook", "schedule", "receive_event"]);

/** Whether a node of this type begins runs while its workflow listens. */
export function hears(type: string | undefined): boolean {
  return type !== undefined && HEARD.has(type);
}

const known = new WeakMap<object, readonly NodeId[]>();

/** The nodes of a document that listen. */
export function hearingNodes({ nodes }: Pick<WorkflowDocument, "nodes">): readonly NodeId[] {
  const before = known.get(nodes);
  if (before) return before;
  const found = Object.keys(nodes).filter((id) => hears(nodes[id]?.type));
  known.set(nodes, found);
  return found;
}
