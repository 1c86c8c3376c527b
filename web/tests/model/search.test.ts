import { describe, expect, it } from "vitest";
import { refusal } from "../../src/model/compatibility";
import { fittingSocket, searchNodes } from "../../src/model/search";
import { connections, input, library, output } from "./sample";

const titles = (query: string) => searchNodes(library, query).map((node) => node.title);

describe("search", () => {
  it("finds node types by name, then by what is said of them", () => {
    expect(titles("image")[0]).toBe("GPT Image");
    expect(titles("AI")).toContain("LLM");
    expect(titles("")).toHaveLength(library.length);
    expect(titles("zzz")).toEqual([]);
  });

  it("offers only what fits the loose end of a wire", () => {
    const fits = (side: "in" | "out", type: "TEXT" | "TOOL" | "NUMBER") =>
      library.filter((node) => fittingSocket(connections, node, { side, type })).map((node) => node.type);
    expect(fits("out", "TOOL")).toEqual(["llm", "tool"]);
    expect(fits("in", "TOOL")).toEqual(["llm", "tool"]);
    expect(fits("out", "NUMBER")).toEqual(["gpt_image", "llm", "tool"]);
  });
});

describe("a refused wire", () => {
  it("says why", () => {
    const from = { node: "a", socket: output("image", "IMAGE") };
    expect(refusal(connections, from, { node: "b", socket: input("prompt", "TEXT") })).toBe(
      "image gives a picture, but prompt takes text.",
    );
    expect(refusal(connections, from, { node: "a", socket: input("data", "ANY") })).toBe(
      "A node cannot feed itself.",
    );
    expect(refusal(connections, from, { node: "b", socket: input("data", "ANY") })).toBeNull();
  });
});
