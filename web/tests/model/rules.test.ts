import { describe, expect, it } from "vitest";
import { documentWith } from "../../src/model/document";
import { shapeOf } from "../../src/model/geometry";
import { inputsUnder } from "../../src/model/rules";
import { describe as words } from "../../src/nodes/Sockets";
import { definition, input, widget } from "./sample";

const list = definition("list", {
  inputs: [
    input("items", "ANY", {
      array: true,
      pull: true,
      when: [
        { widget: "wait", value: false, pull: false, do_not_wait: true },
        { widget: "kind", value: "plain", pull: false, do_not_wait: false },
      ],
    }),
    input("other", "TEXT"),
  ],
  widgets: [
    widget("wait", { kind: "toggle", default: true }),
    widget("kind", { kind: "combo", default: "pull" }),
  ],
});
const flags = (values?: Record<string, boolean | string>) => {
  const [items] = inputsUnder(list, { type: "list", ...(values && { values }) });
  return [items?.pull, items?.do_not_wait];
};

describe("rules of inputs", () => {
  it("follow the values, and the defaults where none is set; the first that holds counts", () => {
    expect(flags()).toEqual([true, false]);
    expect(flags({ wait: false })).toEqual([false, true]);
    expect(flags({ kind: "plain" })).toEqual([false, false]);
    expect(flags({ wait: false, kind: "plain" })).toEqual([false, true]);
  });

  it("give the same object as long as the same rule holds", () => {
    const node = { type: "list", values: { wait: false } };
    expect(inputsUnder(list, node)[0]).toBe(
      inputsUnder(list, { ...node, values: { wait: false, kind: "x" } })[0],
    );
    expect(inputsUnder(list, node)[1]).toBe(list.inputs[1]);
  });

  it("are told by the socket on the canvas", () => {
    const told = (values: Record<string, boolean>) => {
      const doc = documentWith({ nodes: { a: { type: "list", values } }, links: [] });
      const socket = shapeOf(doc, "a", list).sockets[0];
      return socket && words(socket);
    };
    expect(told({})).toBe("Input items[0], any, takes several, is asked for");
    expect(told({ wait: false })).toBe("Input items[0], any, takes several, does not wait");
  });
});
