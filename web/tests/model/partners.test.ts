import { describe, expect, it } from "vitest";
import { partnersOf } from "../../src/model/partners";
import { connections, library, lion } from "./sample";

describe("partners of a node", () => {
  it("are all fitting pairs of sockets with the other nodes, in the direction of the flow", () => {
    const byType = new Map(library.map((definition) => [definition.type, definition]));
    const found = partnersOf(lion, byType, connections, "image");
    expect(found.map(({ from, to }) => `${from.node}.${from.label} -> ${to.node}.${to.label}`)).toEqual([
      "prompt.text_out -> image.prompt",
    ]);
  });
});
