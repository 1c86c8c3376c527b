import { describe, expect, it } from "vitest";
import { makeRoom } from "../../src/model/room";
import type { WorkflowDocument } from "../../src/model/types";
import { lion } from "./sample";

type Sizes = Record<string, { width: number; height: number }>;

function placed(layout: Record<string, readonly number[]>): WorkflowDocument {
  const nodes = Object.fromEntries(Object.keys(layout).map((id) => [id, { type: "text" }]));
  return { ...lion, nodes, links: [], layout } as WorkflowDocument;
}

const roomy = (layout: Record<string, readonly number[]>, sizes: Sizes = {}) =>
  makeRoom(placed(layout), (id) => sizes[id] ?? { width: 200, height: 300 }).layout;

describe("room for nodes that have grown", () => {
  it("leaves alone what stands apart", () => {
    const doc = placed({ a: [0, 0], b: [300, 0] });
    expect(makeRoom(doc, () => ({ width: 200, height: 300 }))).toBe(doc);
  });

  it("moves down what lies under a node that is taller here, and keeps its saved size", () => {
    expect(roomy({ a: [0, 0], b: [20, 120, 210, 80], c: [10, 200] })).toEqual({
      a: [0, 0],
      b: [20, 332, 210, 80],
      c: [10, 664],
    });
  });

  it("moves a whole side to the right where neighbours have become wider", () => {
    expect(roomy({ a: [0, 0], b: [180, 0], c: [400, 0] })).toEqual({ a: [0, 0], b: [232, 0], c: [452, 0] });
  });

  it("separates nodes that lie exactly on each other", () => {
    expect(roomy({ a: [0, 0], b: [0, 0] })).toEqual({ a: [0, 0], b: [0, 332] });
  });

  it("leaves no two nodes over each other, wherever they were", () => {
    let seed = 7;
    const next = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 60; round++) {
      const ids = Array.from({ length: 2 + next(14) }, (_, index) => `n${index}`);
      const layout = Object.fromEntries(ids.map((id) => [id, [next(900), next(700)]]));
      const sizes = Object.fromEntries(
        ids.map((id) => [id, { width: 180 + next(120), height: 60 + next(400) }]),
      );
      const found = roomy(layout, sizes);
      for (const a of ids)
        for (const b of ids) {
          if (a >= b) continue;
          const [ax = 0, ay = 0] = found[a] ?? [];
          const [bx = 0, by = 0] = found[b] ?? [];
          const [sa, sb] = [sizes[a], sizes[b]];
          if (!sa || !sb) continue;
          const apart =
            ax + sa.width <= bx || bx + sb.width <= ax || ay + sa.height <= by || by + sb.height <= ay;
          expect(apart, `${a} and ${b}`).toBe(true);
        }
    }
  });
});
