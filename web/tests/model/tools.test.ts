import { describe, expect, it } from "vitest";
import { connect, setAsk } from "../../src/model/commands";
import { documentWith } from "../../src/model/document";
import { shapeOf, shownWidgets } from "../../src/model/geometry";
import { parseLink } from "../../src/model/links";
import { fittingSocket, isPartner } from "../../src/model/search";
import { isCallable, paired, twoWayLinks, wayBack } from "../../src/model/tools";
import { connections, definition, input, output, widget } from "./sample";

const text = definition("text", { outputs: [output("text_out", "TEXT")] });
const log = definition("log", {
  inputs: [input("value_in", "ANY", { pull: true })],
  outputs: [output("value_out", "ANY")],
});
const llm = definition("llm", {
  inputs: [input("prompt", "TEXT"), input("tools", "ANY", { array: true, tools: true })],
  outputs: [output("response", "TEXT"), output("tool_calls", "ANY", { array: true })],
});
const tool = definition("tool", {
  inputs: [input("tool_call", "ANY", { do_not_wait: true, many: true, required: false })],
  outputs: [output("output", "ANY")],
  widgets: [widget("size"), widget("limit", { kind: "number", default: 20, advanced: true })],
});
const library = new Map([text, log, llm, tool].map((one) => [one.type, one]));
const nodes = { a: { type: "tool" }, b: { type: "tool" }, m: { type: "llm" }, t: { type: "text" } };

function ends(written: string) {
  const link = parseLink(written);
  if (!link) throw new Error(`${written} is no link`);
  return { source: link.source, target: link.target };
}

describe("tools", () => {
  it("are nodes that take calls", () => {
    expect([text, log, llm, tool].map(isCallable)).toEqual([false, false, false, true]);
  });

  it("have the colour of tools at the sockets where they and their calls go", () => {
    const doc = documentWith({ nodes });
    const hues = (id: string) =>
      shapeOf(doc, id, library.get(nodes[id as "a"].type)).sockets.map(({ handle, hue }) => [handle, hue]);
    expect(hues("a")).toEqual([
      ["in:tool_call", "TOOL"],
      ["out:output", "TOOL"],
    ]);
    expect(hues("m").slice(1)).toEqual([
      ["in:tools[0]", "TOOL"],
      ["out:response", "TEXT"],
      ["out:tool_calls[0]", "TOOL"],
    ]);
  });

  it("are called down the slot at which the model has them", () => {
    const doc = documentWith({ nodes, links: ["a.output -> m.tools[0]", "b.output -> m.tools[1]"] });
    expect(paired(doc, ends("m.tool_calls[0] -> b.tool_call")).source.slot).toBe(1);
    expect(paired(doc, ends("m.tool_calls[3] -> a.tool_call")).source.slot).toBe(0);
    expect(paired(doc, ends("m.response -> a.tool_call")).source.slot).toBeNull();
  });

  it("are hung into the slot down which they are called, if it is free", () => {
    const doc = documentWith({ nodes, links: ["m.tool_calls[2] -> b.tool_call", "a.output -> m.tools[0]"] });
    expect(paired(doc, ends("b.output -> m.tools[1]")).target.slot).toBe(2);
    expect(paired(doc, ends("b.output -> m.tools[0]")).target.slot).toBe(0);
  });

  it("need one link, which goes both ways until the calls have a link of their own", () => {
    const one = documentWith({ nodes, links: ["a.output -> m.tools[0]", "t.text_out -> m.prompt"] });
    expect([...twoWayLinks(one, library)]).toEqual(["a.output -> m.tools[0]"]);
    const [link] = one.links.map(parseLink);
    if (!link) throw new Error("no link");
    const two = connect({ ...wayBack(link), targetMany: true }).apply(one);
    expect(two.links.at(-1)).toBe("m.tool_calls[0] -> a.tool_call");
    expect(twoWayLinks(two, library).size).toBe(0);
  });

  it("are offered first to a wire of tools, and what calls them to a wire of calls", () => {
    const wire = { side: "out", type: "ANY", role: "tool" } as const;
    expect(fittingSocket(connections, llm, wire)).toBe("tools");
    expect([text, log, llm, tool].filter((node) => isPartner(node, wire))).toEqual([llm]);
    const call = { side: "out", type: "ANY", role: "call" } as const;
    expect([text, log, llm, tool].filter((node) => isPartner(node, call))).toEqual([tool]);
    const seeks = { side: "in", type: "ANY", role: "tool" } as const;
    expect([text, log, llm, tool].filter((node) => isPartner(node, seeks))).toEqual([tool]);
  });

  it("may ask a person first, said in the file where the server says it", () => {
    const doc = documentWith({ nodes: { a: { type: "tool", values: { size: "x" }, odd: 1 } } });
    const asking = setAsk("a", true).apply(doc);
    expect(JSON.stringify(asking.nodes.a)).toBe('{"type":"tool","ask":true,"values":{"size":"x"},"odd":1}');
    expect(setAsk("a", false).apply(asking).nodes.a).toEqual(doc.nodes.a);
  });
});

describe("an input that takes many links", () => {
  it("keeps those it has", () => {
    const wire = (node: string, targetMany: boolean) =>
      connect({ ...ends(`${node}.tool_calls[0] -> a.tool_call`), targetMany });
    const both = wire("n", true).apply(wire("m", true).apply(documentWith({ nodes })));
    expect(both.links).toEqual(["m.tool_calls[0] -> a.tool_call", "n.tool_calls[0] -> a.tool_call"]);
    expect(wire("m", true).apply(both)).toBe(both);
    expect(
      wire("o", false).apply(documentWith({ links: ["m.tool_calls[0] -> a.tool_call"] })).links,
    ).toHaveLength(1);
  });
});

describe("an advanced widget", () => {
  it("is on the node only where it differs from its default, and takes room only then", () => {
    const shown = (values?: Record<string, number | string>) =>
      shownWidgets(values ? { type: "tool", values } : { type: "tool" }, tool).map(({ name }) => name);
    expect(shown()).toEqual(["size"]);
    expect(shown({ limit: 20 })).toEqual(["size"]);
    expect(shown({ limit: 21 })).toEqual(["size", "limit"]);
    const plain = documentWith({ nodes });
    const changed = documentWith({ nodes: { ...nodes, a: { type: "tool", values: { limit: 21 } } } });
    expect(shapeOf(changed, "a", tool).height - shapeOf(plain, "a", tool).height).toBe(26);
  });
});
