/** May this output feed that input? The table comes from the server; the sentences are ours. */

import type { Connections, InputDefinition, OutputDefinition } from "./types";

export interface OutEnd {
  node: string;
  socket: OutputDefinition;
}
export interface InEnd {
  node: string;
  socket: InputDefinition;
}

export function connects(connections: Connections, source: string, target: string): boolean {
  const targets = connections[source];
  return targets ? targets.includes(target) : source === target || source === "ANY" || target === "ANY";
}

const KIND: Record<string, string> = {
  TEXT: "text",
  NUMBER: "a number",
  BOOLEAN: "yes or no",
  IMAGE: "a picture",
  DICTIONARY: "a dictionary",
  LIST: "a list",
  TOOL: "a tool",
  ANY: "anything",
};

/** The sentence that says why a wire is refused, or null when it fits. */
export function refusal(connections: Connections, from: OutEnd, to: InEnd): string | null {
  if (from.node === to.node) return "A node cannot feed itself.";
  if (connects(connections, from.socket.type, to.socket.type)) return null;
  const gives = KIND[from.socket.type] ?? from.socket.type;
  const takes = KIND[to.socket.type] ?? to.socket.type;
  return `${from.socket.name} gives ${gives}, but ${to.socket.name} takes ${takes}.`;
}
