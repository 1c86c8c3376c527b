import { describe, expect, it } from "vitest";
import { tintOf } from "../../src/model/colours";
import {
  addGroup,
  colourGroup,
  moveGroups,
  removeGroup,
  renameGroup,
  resizeGroup,
  tidied,
} from "../../src/model/commands";
import { documentWith, parseDocument, writeDocument } from "../../src/model/document";
import { around, boxAround, groupsOf, groupsWithin, inside, nodeBoxes } from "../../src/model/groups";
import { looksOf } from "../../src/model/older";
import type { Json } from "../../src/model/types";
import { library, lion } from "./sample";

const byType = new Map(library.map((definition) => [definition.type, definition]));
const group = (title: string, bounding: Json, more: Record<string, Json> = {}) => ({
  title,
  bounding,
  ...more,
});
const strange = [{ title: "no box", nodes: ["a"] }, "text", null, { bounding: [0, 0, -5, 10] }];
const grouped = documentWith({
  ...lion,
  groups: [...strange, group("A", [-20, -40, 300, 300], { color: "#3f789e", font_size: 24 })] as Json,
});

describe("the groups of a document", () => {
  it("are those with a box, as a list or as the older typed array; the others are only kept", () => {
    const typed = group("B", { "0": 1, "1": 2, "2": 30, "3": 40 });
    const doc = documentWith({ groups: [...strange, typed, group("C", [0, 0, 10, 10])] as Json });
    expect(groupsOf(doc).map(({ at, title, box }) => [at, title, box.width])).toEqual([
      [4, "B", 30],
      [5, "C", 10],
    ]);
    expect(groupsOf(documentWith({ groups: { a: 1 } as Json }))).toEqual([]);
    expect(groupsOf(documentWith({}))).toEqual([]);
  });

  it("are the same list as long as the document has the same one", () => {
    expect(groupsOf(grouped)).toBe(groupsOf({ ...grouped }));
  });

  it("come through reading and writing to the letter", () => {
    const text = `{"format": "nodebuilder/1", "name": "G", "nodes": {}, "links": [], "groups": [{"title": "A", "bounding": [1.5, 2, 100, 40], "font_size": 24, "new": [null]}], "layout": {}}`;
    const doc = parseDocument(text);
    expect(groupsOf(doc)[0]?.box).toEqual({ x: 1.5, y: 2, width: 100, height: 40 });
    expect(writeDocument(doc)).toContain('[1.5, 2, 100, 40], "font_size": 24, "new": [null]');
  });

  it("hold the nodes whose head is inside, and are drawn around them", () => {
    const box = { x: 0, y: 0, width: 300, height: 100 };
    const nodes = [
      { id: "in", x: 20, y: 40, width: 200, height: 200 },
      { id: "out", x: 250, y: 40, width: 200, height: 50 },
    ];
    expect(inside(box, nodes).map(({ id }) => id)).toEqual(["in"]);
    expect(around(box, inside(box, nodes))).toEqual({ x: 0, y: 0, width: 300, height: 256 });
    expect(boxAround([])).toBeNull();
  });

  it("hold smaller groups that lie wholly in them, and no other", () => {
    const at = (x: number, size: number): Json => [x, 0, size, size];
    const doc = documentWith({
      groups: [group("o", at(0, 100)), group("i", at(10, 20)), group("x", at(90, 20))],
    });
    const [outer] = groupsOf(doc);
    if (!outer) throw new Error("no group");
    expect(groupsWithin(outer.box, groupsOf(doc), 0).map(({ title }) => title)).toEqual(["i"]);
  });
});

describe("commands on groups", () => {
  it("change one group and leave all else of it, and the others, as they are", () => {
    const renamed = renameGroup(4, " B ").apply(grouped);
    expect(renamed.groups).toEqual([
      ...strange,
      group("B", [-20, -40, 300, 300], { color: "#3f789e", font_size: 24 }),
    ]);
    expect(groupsOf(colourGroup(4, null).apply(grouped))[0]?.colour).toBeNull();
    expect(groupsOf(colourGroup(4, "#46a065").apply(grouped))[0]?.colour).toBe("#46a065");
    expect(groupsOf(resizeGroup(4, { x: 0.4, y: 0, width: 50, height: 60 }).apply(grouped))[0]?.box).toEqual({
      x: 0,
      y: 0,
      width: 50,
      height: 60,
    });
    expect(renameGroup(1, "x").apply(grouped)).toBe(grouped);
    expect(renameGroup(99, "x").apply(grouped)).toBe(grouped);
  });

  it("move a group and its nodes in one step", () => {
    const [before] = groupsOf(grouped);
    if (!before) throw new Error("no group");
    const box = { ...before.box, x: 100 };
    const moved = moveGroups(new Map([[4, box]]), new Map([["prompt", { x: 7, y: 8 }]])).apply(grouped);
    expect(groupsOf(moved)[0]?.box.x).toBe(100);
    expect(moved.layout.prompt?.slice(0, 2)).toEqual([7, 8]);
  });

  it("draw the first group, and leave no empty list behind", () => {
    const box = boxAround(nodeBoxes(lion, byType, ["prompt"]));
    if (!box) throw new Error("no box");
    const added = addGroup("Mine", box).apply(lion);
    expect(groupsOf(added).map(({ title }) => title)).toEqual(["Mine"]);
    expect(inside(groupsOf(added)[0]?.box ?? box, nodeBoxes(added, byType)).map(({ id }) => id)).toContain(
      "prompt",
    );
    const removed = removeGroup(0).apply(added);
    expect("groups" in removed).toBe(false);
    expect(removed.nodes).toBe(added.nodes);
  });

  it("take groups along when nodes are arranged", () => {
    const box = boxAround(nodeBoxes(lion, byType, ["prompt"]));
    if (!box) throw new Error("no box");
    const away = documentWith({ ...addGroup("Mine", box).apply(lion) });
    const after = tidied(away, byType).apply(away);
    const [moved] = groupsOf(after);
    if (!moved) throw new Error("no group");
    expect(inside(moved.box, nodeBoxes(after, byType)).map(({ id }) => id)).toContain("prompt");
  });
});

describe("colours from files", () => {
  it("keep their hue and get a lightness that both themes bear", () => {
    expect(tintOf("#322")).toBe("hsl(0 40% 48%)");
    expect(tintOf("#3f789e")).toMatch(/^hsl\(204 43% 48%\)$/);
    expect(tintOf("#ffaaaa")).toBe("hsl(0 75% 60%)");
  });

  it("are nothing when grey, or no colour at all", () => {
    for (const none of ["#222", "#000000", "red; background: url(x)", "url(#a)", "#12", 7, null, undefined])
      expect(tintOf(none)).toBeNull();
  });

  it("and the mute of a node are read from what the older file said", () => {
    const node = (litegraph: Json) => ({ type: "text", litegraph });
    expect(looksOf(node({ color: "#322", mode: 2 }))).toEqual({ tint: "hsl(0 40% 48%)", muted: true });
    expect(looksOf(node({ bgcolor: "#335", mode: 4 })).muted).toBe(true);
    expect(looksOf(node({ mode: 0 })).muted).toBe(false);
    expect(looksOf(node([1]))).toEqual({ tint: null, muted: false });
    expect(looksOf(undefined).muted).toBe(false);
  });
});
