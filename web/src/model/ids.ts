/** Node ids: short words a person can read, made from the type (`text`, `text_2`). */

import type { NodeId } from "./types";

export function newNodeId(type: string, taken: (id: NodeId) => boolean): NodeId {
  const stem = type.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 56) || "node";
  if (!taken(stem)) return stem;
  for (let number = 2; ; number++) {
    const id = `${stem}_${number}`;
    if (!taken(id)) return id;
  }
}
