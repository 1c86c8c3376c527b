import { describe, expect, it } from "vitest";
import { bodyOf, chosenBody } from "../../src/model/bodies";
import { documentWith } from "../../src/model/document";
import { definition, input, output } from "./sample";

const kinds = [
  definition("each", {
    inputs: [input("list", "LIST"), input("result", "ANY", { back: true, do_not_wait: true })],
    outputs: [output("item", "ANY", { body: true }), output("results", "LIST")],
  }),
  definition("step", { inputs: [input("a", "ANY")], outputs: [output("out", "ANY")] }),
  definition("llm", {
    inputs: [input("prompt", "ANY"), input("tools", "TOOL", { array: true, tools: true })],
    outputs: [output("out", "ANY"), output("calls", "TOOL", { array: true })],
  }),
];
const library = new Map(kinds.map((kind) => [kind.type, kind]));
const doc = (nodes: Record<string, string>, ...links: string[]) =>
  documentWith({
    nodes: Object.fromEntries(Object.entries(nodes).map(([id, type]) => [id, { type }])),
    links,
  });
const inside = (...parts: Parameters<typeof doc>) => [...bodyOf(doc(...parts), library, "each")].sort();

describe("the body of a loop node", () => {
  it("is what hangs on its body outputs, up to the node, without what follows it", () => {
    const nodes = { each: "each", a: "step", b: "step", after: "step", beside: "step" };
    const links = ["each.item -> a.a", "a.out -> b.a", "b.out -> each.result", "each.results -> after.a"];
    expect(inside(nodes, ...links)).toEqual(["a", "b"]);
    expect(inside(nodes, ...links, "b.out -> after.a")).toEqual(["a", "b"]);
  });

  it("holds an inner loop with all of its body, and does not leave an inner one by its back input", () => {
    const nodes = { each: "each", inner: "each", a: "step", b: "step" };
    const links = [
      "each.item -> inner.list",
      "inner.item -> a.a",
      "a.out -> inner.result",
      "inner.results -> b.a",
    ];
    expect(inside(nodes, ...links, "b.out -> each.result")).toEqual(["a", "b", "inner"]);
    expect([...bodyOf(doc(nodes, ...links, "b.out -> each.result"), library, "inner")]).toEqual(["a"]);
  });

  it("holds no tools, whose answers go to whoever called", () => {
    const nodes = { each: "each", model: "llm", tool: "step" };
    const links = ["each.item -> model.prompt", "model.calls[0] -> tool.a", "tool.out -> model.tools[0]"];
    expect(inside(nodes, ...links, "model.out -> each.result")).toEqual(["model"]);
  });

  it("is shown for one chosen node, and is nothing for nodes that are no loops", () => {
    const graph = doc({ each: "each", a: "step" }, "each.item -> a.a");
    expect([...chosenBody(graph, library, new Set(["each"]))]).toEqual(["a"]);
    expect(chosenBody(graph, library, new Set(["each"]))).toBe(chosenBody(graph, library, new Set(["each"])));
    expect(chosenBody(graph, library, new Set(["a"])).size).toBe(0);
    expect(chosenBody(graph, library, new Set(["each", "a"])).size).toBe(0);
  });
});
