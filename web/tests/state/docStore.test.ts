import { beforeEach, describe, expect, it } from "vitest";
import { removeNodes, setValue } from "../../src/model/commands";
import { docStore, openDoc, perform, redoStep, sealStep, undoStep } from "../../src/state/docStore";
import { selectLinks, selectNodes, viewStore } from "../../src/state/viewStore";
import { lion } from "../model/sample";

const value = () => docStore.getState().doc.nodes.prompt?.values?.value;

describe("the document store", () => {
  beforeEach(() => openDoc({ doc: lion, id: "w1", version: 3 }));

  it("opens a document clean, with nothing to undo", () => {
    expect(docStore.getState()).toMatchObject({ saved: "saved", version: 3, clean: lion });
    expect(undoStep()).toBeNull();
  });

  it("carries out, takes back and brings back a command, and knows that it is not saved", () => {
    perform(setValue("prompt", "value", "B"));
    expect(value()).toBe("B");
    expect(docStore.getState().saved).toBe("changed");
    expect(undoStep()).toBe("Change value");
    expect(docStore.getState().doc).toEqual(lion);
    expect(redoStep()).toBe("Change value");
    expect(value()).toBe("B");
  });

  it("joins what is typed in one go into one step", () => {
    for (const text of ["a", "ab", "abc"]) perform(setValue("prompt", "value", text));
    sealStep();
    perform(setValue("prompt", "value", "abcd"));
    expect(docStore.getState().history.past).toHaveLength(2);
  });

  it("records nothing when a command changes nothing", () => {
    perform(setValue("nobody", "value", 1));
    expect(docStore.getState()).toMatchObject({ saved: "saved", doc: lion });
  });

  it("lets go of chosen nodes and links that are gone", () => {
    selectNodes(["prompt", "image"]);
    perform(removeNodes(new Set(["prompt"])));
    expect([...viewStore.getState().selection]).toEqual(["image"]);
    undoStep();
    selectLinks(lion.links);
    perform(removeNodes(new Set(["prompt"])));
    expect(viewStore.getState().links.size).toBe(0);
  });
});
