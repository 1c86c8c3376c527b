import { describe, expect, it } from "vitest";
import { describeWorkflow, setPublished } from "../../src/model/commands";
import { documentWith, parseDocument, writeDocument } from "../../src/model/document";
import { parametersOf, resultsOf } from "../../src/model/doors";

describe("a workflow offered to programs", () => {
  it("names its doors in one order, and keeps what it does not know", () => {
    const doc = documentWith({ publish: ["tool", "carrier pigeon"] });
    const both = setPublished("model", true).apply(doc);
    expect(both.publish).toEqual(["model", "tool", "carrier pigeon"]);
    expect(setPublished("tool", false).apply(both).publish).toEqual(["model", "carrier pigeon"]);
  });

  it("has no trace of publishing in its file when all doors are closed", () => {
    const plain = documentWith({ name: "A" });
    const open = describeWorkflow("Draws.").apply(setPublished("tool", true).apply(plain));
    expect(writeDocument(open).split("\n").slice(2, 5)).toEqual([
      '  "name": "A",',
      '  "description": "Draws.",',
      '  "publish": ["tool"],',
    ]);
    const closed = describeWorkflow("").apply(setPublished("tool", false).apply(open));
    expect(writeDocument(closed)).toBe(writeDocument(plain));
    expect(parseDocument(writeDocument(open))).toEqual(open);
  });

  it("has its Input nodes as parameters and its Output nodes as results", () => {
    const doc = documentWith({
      nodes: {
        p: { type: "input", values: { name: "prompt", required: true, description: "What to say" } },
        n: { type: "input", values: { name: "count", type: "number" } },
        d: { type: "input", values: { name: "size", type: "number", default: "3" } },
        unnamed: { type: "input" },
        r: { type: "output", values: { name: "response" } },
      },
    });
    expect(parametersOf(doc).map(({ name, type, required }) => [name, type, required])).toEqual([
      ["prompt", "text", true],
      ["count", "number", true],
      ["size", "number", false],
      ["unnamed", "text", false],
    ]);
    expect(resultsOf(doc)).toEqual([{ node: "r", name: "response" }]);
  });

  it("takes the prompt of a chat at its Display Input, unless an Input node does", () => {
    const chat = { type: "display_input" };
    const named = (nodes: Parameters<typeof documentWith>[0]["nodes"]) =>
      parametersOf(documentWith({ nodes })).map(({ node, name }) => [node, name]);
    expect(named({ chat, size: { type: "input" } })).toEqual([
      ["size", "size"],
      ["chat", "prompt"],
    ]);
    expect(named({ chat, prompt: { type: "input" } })).toEqual([["prompt", "prompt"]]);
  });
});
