import { describe, expect, it } from "vitest";
import { cut, readPiece, writePiece } from "../../src/model/clipboard";
import {
  addNode,
  connect,
  disconnect,
  duplicate,
  isolate,
  moveNodes,
  newIds,
  nextId,
  paste,
  removeNodes,
  renameWorkflow,
  resizeNode,
  setStart,
  setTitle,
  setValue,
} from "../../src/model/commands";
import { documentWith } from "../../src/model/document";
import { library, lion } from "./sample";

const [text] = library;
const end = (node: string, socket: string) => ({ node, socket, slot: null });

describe("commands", () => {
  it("never touch the document they are given", () => {
    const before = JSON.stringify(lion);
    removeNodes(new Set(["prompt"])).apply(lion);
    setValue("prompt", "value", "x").apply(lion);
    expect(JSON.stringify(lion)).toBe(before);
  });

  it("add a node under a short new id", () => {
    if (!text) throw new Error("no definition");
    const once = addNode({ definition: text, at: { x: 1.4, y: 2.6 } }).apply(lion);
    expect(once.nodes.text).toEqual({ type: "text" });
    expect(once.layout.text).toEqual([1, 3]);
    expect(nextId(once, "text")).toBe("text_2");
  });

  it("remove a node with its links, its place and its being the start", () => {
    const doc = removeNodes(new Set(["prompt"])).apply(lion);
    expect(doc.links).toEqual([]);
    expect(doc.start).toBeUndefined();
    expect(Object.keys(doc.layout)).toEqual(["image"]);
  });

  it("replace the link into a plain input", () => {
    const doc = connect({ source: end("other", "o"), target: end("image", "prompt") }).apply(lion);
    expect(doc.links).toEqual(["other.o -> image.prompt"]);
  });

  it("give each link into an array socket its own slot, the first free one", () => {
    const wire = (node: string) =>
      connect({ source: end(node, "output"), target: end("llm", "tools"), targetArray: true });
    const two = wire("b").apply(wire("a").apply(documentWith({})));
    expect(two.links).toEqual(["a.output -> llm.tools[0]", "b.output -> llm.tools[1]"]);
    const gap = disconnect(new Set(["a.output -> llm.tools[0]"])).apply(two);
    expect(wire("c").apply(gap).links[1]).toBe("c.output -> llm.tools[0]");
  });

  it("cut a node loose", () => {
    expect(isolate(new Set(["image"])).apply(lion).links).toEqual([]);
  });

  it("move without losing the size, and resize without losing the place", () => {
    const sized = resizeNode("image", 300.2, 400).apply(lion);
    const moved = moveNodes(new Map([["image", { x: 5, y: 6 }]])).apply(sized);
    expect(moved.layout.image).toEqual([5, 6, 300, 400]);
  });

  it("name, start and rename", () => {
    expect(setTitle("image", " Hero ").apply(lion).nodes.image?.title).toBe("Hero");
    expect(setTitle("image", "").apply(lion).nodes.image).toEqual({ type: "gpt_image" });
    expect(setStart("image").apply(lion).start).toBe("image");
    expect("start" in setStart(null).apply(lion)).toBe(false);
    expect(renameWorkflow("B").apply(lion).name).toBe("B");
  });

  it("copy a piece with the links inside it, under new ids", () => {
    const { command, ids } = duplicate(lion, new Set(["prompt", "image"]));
    const doc = command.apply(lion);
    expect([...ids]).toEqual(["text", "gpt_image"]);
    expect(doc.links[1]).toBe("text.text_out -> gpt_image.prompt");
    expect(doc.layout.gpt_image).toEqual([352, 32]);
  });

  it("paste what was copied, also from another window, and nothing that is no piece", () => {
    const piece = readPiece(writePiece(cut(lion, new Set(["prompt"]))));
    if (!piece) throw new Error("no piece");
    const empty = documentWith({});
    const doc = paste(piece, { x: 10, y: 20 }, newIds(empty, piece)).apply(empty);
    expect(doc.nodes).toEqual({ prompt: lion.nodes.prompt });
    expect(doc.layout.prompt).toEqual([10, 20]);
    for (const text of ["hello", "{}", '{"format": "nodebuilder/1", "nodes": []}'])
      expect(readPiece(text)).toBeNull();
  });
});
