import { beforeEach, describe, expect, it } from "vitest";
import { firstFitting, fits, join, socketOf, whyNot } from "../../src/canvas/connecting";
import { documentWith } from "../../src/model/document";
import { currentDoc, openDoc } from "../../src/state/docStore";
import { setLibrary } from "../../src/state/libraryStore";
import { connections, library } from "../model/sample";

const doc = documentWith({ nodes: { text: { type: "text" }, llm: { type: "llm" }, tool: { type: "tool" } } });
const end = (node: string, handle: string) => ({ node, handle });

describe("drawing a wire", () => {
  beforeEach(() => {
    setLibrary({ nodes: library, connections });
    openDoc({ doc, id: "w", version: 1 });
  });

  it("joins in the direction of the flow, wherever it began", () => {
    join(end("llm", "in:prompt"), end("text", "out:text_out"));
    expect(currentDoc().links).toEqual(["text.text_out -> llm.prompt"]);
  });

  it("hangs tools into slots", () => {
    join(end("tool", "out:output"), end("llm", "in:tools[0]"));
    expect(currentDoc().links).toEqual(["tool.output -> llm.tools[0]"]);
    expect(socketOf(end("llm", "in:tools[1]"))?.label).toBe("tools[1]");
  });

  it("is refused with a reason", () => {
    expect(whyNot(end("text", "out:text_out"), end("llm", "in:tools[0]"))).toBe(
      "text_out gives text, but tools takes a tool.",
    );
    expect(whyNot(end("text", "out:text_out"), end("tool", "out:output"))).toBe(
      "A wire goes from an output to an input.",
    );
  });

  it("hangs the next tool into the free slot when it is let go over the node", () => {
    join(end("tool", "out:output"), end("llm", "in:tools[0]"));
    expect(firstFitting("llm", end("tool", "out:output"))?.handle).toBe("in:tools[1]");
    expect(firstFitting("tool", end("llm", "out:tool_calls[0]"))?.handle).toBe("in:tool_call");
  });

  it("calls a tool down the slot at which it hangs, wherever the wire began", () => {
    join(end("tool", "out:output"), end("llm", "in:tools[1]"));
    join(end("llm", "out:tool_calls[0]"), end("tool", "in:tool_call"));
    expect(currentDoc().links.at(-1)).toBe("llm.tool_calls[1] -> tool.tool_call");
  });

  it("finds the first socket that fits", () => {
    expect(firstFitting("llm", end("tool", "out:output"))?.handle).toBe("in:tools[0]");
    expect(firstFitting("text", end("tool", "out:output"))).toBeNull();
  });

  it("shows what fits while it is drawn", () => {
    const prompt = socketOf(end("llm", "in:prompt"));
    if (!prompt) throw new Error("no socket");
    expect(fits(null, "llm", prompt)).toBeNull();
    expect(fits({ node: "text", side: "out", type: "TEXT" }, "llm", prompt)).toBe(true);
    expect(fits({ node: "text", side: "out", type: "TOOL" }, "llm", prompt)).toBe(false);
    expect(fits({ node: "llm", side: "out", type: "TEXT" }, "llm", prompt)).toBe(false);
  });
});
