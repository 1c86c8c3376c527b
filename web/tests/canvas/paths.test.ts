import { describe, expect, it } from "vitest";
import { createNodeWindow, overlaps, windowOf } from "../../src/canvas/nodeWindow";
import { curveOf, curvesOf, loopBoxes, pick, pointOn } from "../../src/canvas/paths";
import { documentWith } from "../../src/model/document";
import { parseLink } from "../../src/model/links";
import { library, lion } from "../model/sample";

const byType = new Map(library.map((definition) => [definition.type, definition]));
const link = parseLink("a.o -> b.i");
if (!link) throw new Error("no link");

describe("wires", () => {
  it("go from socket to socket", () => {
    const [curve] = curvesOf(lion, byType);
    expect(curve?.type).toBe("TEXT");
    expect(curve?.parts[0]?.[0]).toMatchObject({ x: 224, y: 51 });
    expect(curve?.parts.at(-1)?.[3]).toMatchObject({ x: 320, y: 51 });
  });

  it("end at the node when the definition has no such socket, and are left out without a node", () => {
    const doc = documentWith({
      ...lion,
      links: ["prompt.nothing -> image.prompt", "gone.x -> image.prompt"],
    });
    expect(curvesOf(doc, byType).map((curve) => curve.type)).toEqual(["ANY"]);
  });

  it("are found by a point near them, and only there", () => {
    const curve = curveOf(link, "TEXT", { x: 0, y: 0 }, { x: 200, y: 100 });
    const [part] = curve.parts;
    if (!part) throw new Error("no part");
    const middle = pointOn(part, 0.5);
    expect(pick([curve], { x: middle.x, y: middle.y + 3 }, 6)).toBe("a.o -> b.i");
    expect(pick([curve], { x: middle.x, y: middle.y + 30 }, 6)).toBeNull();
  });

  it("that run back take the room that is seen, not that of their control points", () => {
    const box = { width: 200, height: 100 };
    const ends = [
      { x: 500, y: 0, ...box },
      { x: 0, y: 0, ...box },
    ] as const;
    const back = curveOf(link, "TEXT", { x: 700, y: 50 }, { x: 0, y: 50 }, ...ends);
    const ahead = curveOf(link, "TEXT", { x: 0, y: 0 }, { x: 200, y: 100 });
    const [seen, ...rest] = loopBoxes([ahead, back]);
    expect(rest).toEqual([]);
    expect(seen?.x).toBeLessThan(0);
    expect(seen?.x).toBeGreaterThan(back.box.x);
    expect((seen?.y ?? 0) + (seen?.height ?? 0)).toBeGreaterThan(100);
  });

  it.each([0, 80, 600, -600])(
    "that run back go round their nodes, behind neither of them (%i lower)",
    (y) => {
      const size = { width: 200, height: 300 };
      const [a, b] = [
        { x: 500, y: 0, ...size },
        { x: 0, y, ...size },
      ];
      const curve = curveOf(link, "TEXT", { x: 700, y: 50 }, { x: 0, y: y + 50 }, a, b);
      const points = curve.parts.flatMap((part) =>
        Array.from({ length: 41 }, (_, at) => pointOn(part, at / 40)),
      );
      const within = ({ x, y: top, width, height }: typeof a) =>
        points.filter((at) => at.x > x && at.x < x + width && at.y > top && at.y < top + height);
      expect([...within(a), ...within(b)]).toEqual([]);
    },
  );
});

describe("the window", () => {
  it("moves in steps, and covers what is seen", () => {
    const view = { x: 10, y: 10, width: 1600, height: 900 };
    expect(windowOf(view)).toEqual(windowOf({ ...view, x: 20 }));
    expect(overlaps(windowOf(view), { x: 1600, y: 900, width: 1, height: 1 })).toBe(true);
  });

  it("gives the same object for a node that did not change", () => {
    const list = createNodeWindow();
    const scene = { doc: lion, library: byType, selection: new Set<string>(), window: null };
    const [first, second] = list(scene);
    const [again, chosen] = list({ ...scene, selection: new Set(["image"]) });
    expect(again).toBe(first);
    expect(chosen).not.toBe(second);
    expect(chosen?.selected).toBe(true);
  });

  it("leaves out far nodes but never a selected one", () => {
    const list = createNodeWindow();
    const window = { x: 5_000, y: 0, width: 10, height: 10 };
    const far = list({ doc: lion, library: byType, selection: new Set(["image"]), window });
    expect(far.map((node) => node.id)).toEqual(["image"]);
  });
});
