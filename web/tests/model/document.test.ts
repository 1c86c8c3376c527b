import { describe, expect, it } from "vitest";
import { DocumentError, parseDocument, writeDocument } from "../../src/model/document";
import { ExactNumber, parseJson } from "../../src/model/exactNumber";
import { lion } from "./sample";

const text = `{
  "format": "nodebuilder/1",
  "name": "A lion",
  "zoo": {"keeper": ["Ada", null, true]},
  "nodes": {
    "prompt": {"type": "text", "values": {"value": "A majestic lion"}},
    "odd": {"type": "from_the_future", "colour": "red", "values": {"size": {"w": 1}, "quality": 7}}
  },
  "links": [
    "prompt.text_out -> odd.in[0]",
    "this is no link"
  ],
  "start": "prompt",
  "groups": [],
  "layout": {
    "prompt": [0, 0],
    "odd": [320, 0, 300, 200]
  }
}
`;

describe("the workflow document", () => {
  it("comes back byte for byte, with all that is unknown", () => {
    expect(writeDocument(parseDocument(text))).toBe(text);
  });

  it("writes head, unknown keys and graph in one order, however the file had them", () => {
    const shuffled =
      '{"links": [], "b": 1, "layout": {}, "nodes": {}, "a": 2, "name": "x", "format": "nodebuilder/1"}';
    const keys = Object.keys(JSON.parse(writeDocument(parseDocument(shuffled))));
    expect(keys).toEqual(["format", "name", "b", "a", "nodes", "links", "layout"]);
  });

  it("says what is wrong with a text that is no workflow", () => {
    const wrong = [
      "",
      "[]",
      "{}",
      '{"format": "nodebuilder/9"}',
      '{"format": "nodebuilder/1", "nodes": {"a": 1}}',
    ];
    for (const each of wrong) expect(() => parseDocument(each)).toThrow(DocumentError);
  });

  it("keeps how a number was written where the engine tells", () => {
    const value = parseJson("[1.0, 12345678901234567890, 2]") as unknown[];
    expect(value[2]).toBe(2);
    if (value[0] instanceof ExactNumber)
      expect(value.map(String)).toEqual(["1.0", "12345678901234567890", "2"]);
  });

  it("writes a small workflow as people read it", () => {
    expect(writeDocument(lion).split("\n").slice(2, 6)).toEqual([
      '  "name": "A lion",',
      '  "nodes": {',
      '    "prompt": {"type": "text", "values": {"value": "A lion"}},',
      '    "image": {"type": "gpt_image"}',
    ]);
  });
});
