import { beforeEach, describe, expect, it } from "vitest";
import { relay } from "../../src/canvas/lifting";
import { moveLink } from "../../src/model/commands";
import { documentWith } from "../../src/model/document";
import { currentDoc, docStore, openDoc, undoStep } from "../../src/state/docStore";
import { setLibrary } from "../../src/state/libraryStore";
import { connections, library } from "../model/sample";

const doc = documentWith({
  nodes: { text: { type: "text" }, llm: { type: "llm" }, other: { type: "llm" } },
  links: ["text.text_out -> llm.prompt"],
});
const lifted = "text.text_out -> llm.prompt";

describe("a lifted link", () => {
  beforeEach(() => {
    setLibrary({ nodes: library, connections });
    openDoc({ doc, id: "w", version: 1 });
  });

  it("is led to another input in one step that can be taken back", () => {
    relay(lifted, { node: "text", handle: "out:text_out" }, { node: "other", handle: "in:prompt" });
    expect(currentDoc().links).toEqual(["text.text_out -> other.prompt"]);
    expect(docStore.getState().history.past).toHaveLength(1);
    undoStep();
    expect(currentDoc()).toEqual(doc);
  });

  it("changes nothing when it is put back", () => {
    relay(lifted, { node: "text", handle: "out:text_out" }, { node: "llm", handle: "in:prompt" });
    expect(currentDoc()).toBe(doc);
    expect(docStore.getState().history.past).toHaveLength(0);
  });

  it("takes the place of what fed the other input", () => {
    const both = { ...doc, links: [lifted, "llm.response -> other.prompt"] };
    const wire = {
      source: { node: "text", socket: "text_out", slot: null },
      target: { node: "other", socket: "prompt", slot: null },
    };
    expect(moveLink(lifted, wire).apply(both).links).toEqual(["text.text_out -> other.prompt"]);
  });
});
