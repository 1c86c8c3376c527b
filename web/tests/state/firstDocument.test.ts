import { describe, expect, it } from "vitest";
import { parseDocument, writeDocument } from "../../src/model/document";
import { firstDocument } from "../../src/state/firstDocument";
import { definition, widget } from "../model/sample";

const options = ["old", "new"];
const warned = widget("model", {
  kind: "combo",
  default: "old",
  options,
  option_warnings: { old: "Retired." },
});

describe("the first workflow", () => {
  it("is one that can be saved and opened", () => {
    const doc = firstDocument(new Map());
    expect(parseDocument(writeDocument(doc))).toEqual(doc);
  });

  it("never uses a model that is retired", () => {
    const library = new Map([["gpt_image", definition("gpt_image", { widgets: [warned] })]]);
    expect(firstDocument(library).nodes.image?.values).toEqual({ quality: "low", model: "new" });
  });
});
