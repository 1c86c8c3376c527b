import { beforeEach, describe, expect, it } from "vitest";
import { pasteText, selectionText } from "../../src/actions/clipboard";
import { isTyping } from "../../src/actions/keymap";
import { actions, runAction } from "../../src/actions/registry";
import { keyText } from "../../src/actions/types";
import { currentDoc, docStore, openDoc } from "../../src/state/docStore";
import { selectLinks, selectNodes, viewStore } from "../../src/state/viewStore";
import { lion } from "../model/sample";

describe("actions", () => {
  beforeEach(() => openDoc({ doc: lion, id: "w", version: 1 }));

  it("have ids and keys of their own", () => {
    const keys = actions.flatMap((action) => action.keys ?? []);
    expect(new Set(actions.map((action) => action.id)).size).toBe(actions.length);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("delete, undo and redo what is chosen", () => {
    selectNodes(["prompt"]);
    runAction("delete");
    expect(Object.keys(currentDoc().nodes)).toEqual(["image"]);
    runAction("undo");
    expect(currentDoc()).toEqual(lion);
    runAction("redo");
    expect(Object.keys(currentDoc().nodes)).toEqual(["image"]);
  });

  it("delete a chosen link", () => {
    selectLinks(lion.links);
    runAction("delete");
    expect(currentDoc().links).toEqual([]);
  });

  it("do nothing when they make no sense", () => {
    selectNodes([]);
    runAction("duplicate");
    expect(docStore.getState().history.past).toEqual([]);
  });

  it("set and clear the start", () => {
    selectNodes(["image"]);
    runAction("setStart");
    expect(currentDoc().start).toBe("image");
    runAction("setStart");
    expect(currentDoc().start).toBeUndefined();
  });

  it("copy as text and paste with new ids, selected", async () => {
    selectNodes(["prompt", "image"]);
    const text = selectionText();
    expect(await pasteText(text ?? "")).toBe(true);
    expect(Object.keys(currentDoc().nodes)).toEqual(["prompt", "image", "text", "gpt_image"]);
    expect([...viewStore.getState().selection]).toEqual(["text", "gpt_image"]);
    expect(await pasteText("just words")).toBe(false);
  });

  it("show their keys as people read them", () => {
    expect(keyText("$mod+Shift+z")).toBe("Ctrl Shift Z");
    expect(keyText(undefined)).toBeUndefined();
  });

  it("leave text fields their keys", () => {
    const field = document.createElement("textarea");
    expect([isTyping(field), isTyping(document.body), isTyping(null)]).toEqual([true, false, false]);
  });
});
