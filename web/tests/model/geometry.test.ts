import { describe, expect, it } from "vitest";
import { documentWith } from "../../src/model/document";
import { handleId, readHandle, shapeOf } from "../../src/model/geometry";
import { arrange, boundsOf, positionOf } from "../../src/model/placement";
import { library, lion } from "./sample";

const named = (type: string) => library.find((definition) => definition.type === type);

describe("geometry", () => {
  it("puts sockets on rows of 26 under a header of 32", () => {
    const shape = shapeOf(lion, "image", named("gpt_image"));
    expect(shape.sockets.map(({ handle, y }) => [handle, y])).toEqual([
      ["in:prompt", 51],
      ["out:image_url", 51],
      ["out:filename", 77],
    ]);
    expect(shape.rows).toBe(2);
  });

  it("gives an array socket the slots in use and one free", () => {
    const doc = documentWith({
      nodes: { llm: { type: "llm" } },
      links: ["a.o -> llm.tools[0]", "b.o -> llm.tools[1]"],
    });
    const labels = shapeOf(doc, "llm", named("llm")).sockets.map((socket) => socket.label);
    expect(labels).toEqual(["prompt", "tools[0]", "tools[1]", "tools[2]", "response", "tool_calls[0]"]);
  });

  it("is the same object until something changes", () => {
    expect(shapeOf(lion, "image", named("gpt_image"))).toBe(shapeOf(lion, "image", named("gpt_image")));
  });

  it("keeps a copy apart from its original", () => {
    const node = { type: "llm" };
    const doc = documentWith({ nodes: { a: node, b: node }, links: ["x.o -> a.tools[0]"] });
    const [a, b] = [shapeOf(doc, "a", named("llm")), shapeOf(doc, "b", named("llm"))];
    expect(a.rows).toBe(3);
    expect(b.rows).toBe(2);
    expect(shapeOf(doc, "a", named("llm"))).toBe(a);
    expect(shapeOf(doc, "b", named("llm"))).toBe(b);
  });

  it("shows an unknown type with the sockets that its links name", () => {
    const doc = documentWith({ nodes: { x: { type: "future" } }, links: ["a.o -> x.in[0]", "x.out -> b.i"] });
    expect(shapeOf(doc, "x", undefined).sockets.map((socket) => socket.handle)).toEqual([
      "in:in[0]",
      "in:in[1]",
      "out:out",
    ]);
  });

  it("reads its own handle ids", () => {
    expect(readHandle(handleId("in", "tools", 3))).toEqual({ side: "in", socket: "tools", slot: 3 });
    expect(readHandle(handleId("out", "response", null))).toEqual({
      side: "out",
      socket: "response",
      slot: null,
    });
  });
});

describe("placement", () => {
  it("arranges nodes without a place along their links", () => {
    const doc = { ...lion, layout: {} };
    expect(positionOf(doc, "prompt")).toEqual({ x: 0, y: 0 });
    expect(positionOf(doc, "image")).toEqual({ x: 320, y: 0 });
    expect(arrange(doc).size).toBe(2);
  });

  it("puts a lost node under the others", () => {
    const doc = { ...lion, layout: { prompt: [0, 100] } };
    expect(positionOf(doc, "image").y).toBeGreaterThan(300);
  });

  it("finds the box around boxes", () => {
    const boxes = [
      { x: 0, y: 0, width: 10, height: 10 },
      { x: 20, y: -5, width: 5, height: 5 },
    ];
    expect(boundsOf(boxes)).toEqual({ x: 0, y: -5, width: 25, height: 15 });
    expect(boundsOf([])).toBeNull();
  });
});
