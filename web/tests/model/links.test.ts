import { describe, expect, it } from "vitest";
import { documentWith } from "../../src/model/document";
import { linksFrom, linksInto, parseLink, writeLink } from "../../src/model/links";
import { loopLinks } from "../../src/model/loops";

describe("links", () => {
  it("read as two ends, with the slot of an array socket", () => {
    const link = parseLink("t.output -> llm.tools[2]");
    expect(link?.source).toEqual({ node: "t", socket: "output", slot: null });
    expect(link?.target).toEqual({ node: "llm", socket: "tools", slot: 2 });
    expect(link && writeLink(link.source, link.target)).toBe("t.output -> llm.tools[2]");
  });

  it("that cannot be read are none", () => {
    for (const text of ["", "a -> b", "a.b", "a.b -> c", "a.b -> c.d[x]", 7, null])
      expect(parseLink(text)).toBeNull();
  });

  it("are found by either end", () => {
    const doc = documentWith({ links: ["a.x -> b.y", "a.x -> c.y", "nonsense"] });
    expect(linksFrom(doc, "a").map((link) => link.target.node)).toEqual(["b", "c"]);
    expect(linksInto(doc, "c")).toHaveLength(1);
  });

  it("that lead back are the ones that close a loop", () => {
    const nodes = { a: { type: "n" }, b: { type: "n" }, c: { type: "n" } };
    const doc = documentWith({ nodes, links: ["a.o -> b.i", "b.o -> c.i", "c.o -> b.j", "a.o -> c.j"] });
    expect([...loopLinks(doc)]).toEqual(["c.o -> b.j"]);
  });
});
