import { TOOL_CALL } from "../model/tools";

/** The CSS variable that carries the colour of a socket type. */
export const SOCKET_COLOURS: Readonly<Record<string, string>> = {
  TEXT: "--t-text",
  NUMBER: "--t-number",
  BOOLEAN: "--t-boolean",
  IMAGE: "--t-image",
  DICTIONARY: "--t-dict",
  LIST: "--t-list",
  TOOL: "--t-tool",
  ANY: "--t-any",
};

/** `var(--t-…)` of a socket type; unknown types are grey. */
export const socketColour = (type: string): string => `var(${SOCKET_COLOURS[type] ?? "--t-any"})`;

interface Sockets {
  readonly inputs: ReadonlyArray<{ readonly type: string; readonly name?: string }>;
  readonly outputs: ReadonlyArray<{ readonly type: string }>;
  readonly tool?: unknown;
  readonly tags?: readonly string[];
}

/** The colour of a node type's square: tools orange, makers of pictures pink, else that of what it gives first. */
export const nodeColour = (definition: Sockets | null | undefined): string =>
  socketColour(nodeHue(definition));

/** The socket type whose colour a node type has. */
export function nodeHue(definition: Sockets | null | undefined): string {
  if (!definition) return "ANY";
  if (definition.tool || definition.inputs.some(({ name }) => name === TOOL_CALL)) return "TOOL";
  if (definition.tags?.includes("image")) return "IMAGE";
  return (definition.outputs[0] ?? definition.inputs[0])?.type ?? "ANY";
}
