import { documentWith } from "../../src/model/document";
import type {
  Connections,
  InputDefinition,
  NodeDefinition,
  OutputDefinition,
  SocketType,
  WidgetDefinition,
} from "../../src/model/types";

const ALL = ["TEXT", "NUMBER", "BOOLEAN", "IMAGE", "DICTIONARY", "LIST", "TOOL", "ANY"];

export const connections: Connections = Object.fromEntries(
  ALL.map((type) => [
    type,
    type === "ANY" ? ALL : type === "NUMBER" ? ["NUMBER", "TEXT", "ANY"] : [type, "ANY"],
  ]),
);

export function input(name: string, type: SocketType, more: Partial<InputDefinition> = {}): InputDefinition {
  return {
    name,
    type,
    required: true,
    array: false,
    pull: false,
    do_not_wait: false,
    description: "",
    ...more,
  };
}
export function output(
  name: string,
  type: SocketType,
  more: Partial<OutputDefinition> = {},
): OutputDefinition {
  return { name, type, array: false, description: "", ...more };
}
export function widget(name: string, more: Partial<WidgetDefinition> = {}): WidgetDefinition {
  return { name, kind: "text", default: "", label: name, description: "", ...more };
}
export function definition(type: string, more: Partial<NodeDefinition> = {}): NodeDefinition {
  const plain = { version: "1.0.0", tags: [], paid: false, inputs: [], outputs: [], widgets: [], tool: null };
  return { type, title: type, category: "Basic", description: "", ...plain, ...more };
}

export const library: NodeDefinition[] = [
  definition("text", {
    title: "Text",
    outputs: [output("text_out", "TEXT")],
    widgets: [widget("value", { lines: 3 })],
  }),
  definition("gpt_image", {
    title: "GPT Image",
    category: "AI",
    paid: true,
    inputs: [input("prompt", "TEXT")],
    outputs: [output("image_url", "TEXT"), output("filename", "TEXT")],
    widgets: [
      widget("api_key", { kind: "secret", provider: "openai" }),
      widget("quality", { kind: "combo", default: "high", options: ["low", "high"] }),
    ],
  }),
  definition("llm", {
    title: "LLM",
    category: "AI",
    inputs: [input("prompt", "TEXT"), input("tools", "TOOL", { array: true, pull: true })],
    outputs: [output("response", "TEXT"), output("tool_calls", "ANY", { array: true })],
  }),
  definition("tool", {
    inputs: [input("tool_call", "ANY", { do_not_wait: true, required: false })],
    outputs: [output("output", "TOOL")],
  }),
];

export const lion = documentWith({
  name: "A lion",
  nodes: { prompt: { type: "text", values: { value: "A lion" } }, image: { type: "gpt_image" } },
  links: ["prompt.text_out -> image.prompt"],
  start: "prompt",
  layout: { prompt: [0, 0], image: [320, 0] },
});
