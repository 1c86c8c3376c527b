import { describe, expect, test } from "vitest";
import type { DisplayEntry } from "../../src/api";
import { documentWith } from "../../src/model/document";
import type { Displayed } from "../../src/model/types";
import { inputOf, isHeard, speakersOf, turnsOf, waitingOf } from "../../src/panels/display/conversation";
import { displayFileName, readDisplay, writeDisplay } from "../../src/panels/display/displayFile";
import { urlTransform } from "../../src/panels/display/MarkdownText";

const entry = (data: string, run_id: string | null = null, seq: number | null = null): DisplayEntry => ({
  node_id: seq === null ? null : "show",
  node_title: seq === null ? "User" : "Show",
  content_type: "text",
  data,
  timestamp: "2026-01-01T10:00:00+00:00",
  run_id,
  seq,
});
const event = (seq: number, data: string, run_id = "r1"): Displayed => ({
  kind: "displayed",
  seq,
  run_id,
  at: 1,
  node: "show",
  firing: 1,
  title: "Show",
  content_type: "text",
  data,
});
const words = (turns: { data: unknown }[]) => turns.map((turn) => turn.data);

describe("what stands on the panel", () => {
  test("what was kept comes first, then what the run has just told", () => {
    const turns = turnsOf([entry("hi", "r1"), entry("one", "r1", 4)], [event(4, "one"), event(5, "two")]);
    expect(words(turns)).toEqual(["hi", "one", "two"]);
    expect(turns.map((turn) => turn.written)).toEqual([true, false, false]);
  });

  test("an answer keeps its place in the page when it has been kept", () => {
    const told = turnsOf([entry("hi", "r1")], [event(4, "one")]);
    const kept = turnsOf([entry("hi", "r1"), entry("one", "r1", 4)], [event(4, "one")]);
    expect(kept.map((turn) => turn.key)).toEqual(told.map((turn) => turn.key));
  });

  test("every turn has a key of its own, also those of files", () => {
    const turns = turnsOf([entry("a"), entry("a"), entry("b", "r1"), entry("c", "r1", 1)], [event(2, "d")]);
    expect(new Set(turns.map((turn) => turn.key)).size).toBe(turns.length);
  });

  test("a run of the past is not shown twice, and is shown when it is kept no longer", () => {
    const past = [event(0, "one")];
    expect(words(turnsOf([entry("hi", "r1"), entry("one", "r1", 4)], past))).toEqual(["hi", "one"]);
    expect(words(turnsOf([entry("hi", "r1")], past))).toEqual(["hi", "one"]);
    expect(words(turnsOf([], past))).toEqual(["one"]);
  });

  test("what was cleared stays away", () => {
    const gone = event(4, "one");
    expect(words(turnsOf([], [gone, event(5, "two")], new Set([gone])))).toEqual(["two"]);
  });

  test("files of the older system say by the title who wrote", () => {
    const old = { ...entry("hi"), node_id: "7", node_title: "DisplayInputEventNode" };
    expect(turnsOf([old], [])[0]?.written).toBe(true);
  });

  test("a message that is being answered does not wait", () => {
    const queued = [
      { run_id: "r1", text: "hi" },
      { run_id: "r2", text: "and" },
    ];
    expect(waitingOf(queued, [entry("hi", "r1")])).toEqual([{ run_id: "r2", text: "and" }]);
  });
});

const doc = documentWith({
  name: "Chat",
  nodes: {
    chat: { type: "display_input" },
    other: { type: "display_input" },
    llm: { type: "llm" },
    planner: { type: "llm" },
    link: { type: "image_link_extract" },
    show: { type: "display_output" },
    pic: { type: "display_output" },
    alone: { type: "text" },
  },
  links: [
    "chat.user_input -> planner.prompt",
    "planner.response -> llm.prompt",
    "llm.response -> link.text",
    "link.text -> show.data",
    "link.image_link -> pic.data",
    "pic.data_out -> pic.data",
    "no link at all",
  ],
});

test("who speaks is who feeds a display, also through a node that passes it on", () => {
  expect(speakersOf(doc).sort()).toEqual(["link", "llm", "pic"]);
});

test("messages come in at the first Display Input, and are heard when it is connected", () => {
  expect(inputOf(doc)).toBe("chat");
  expect(isHeard(doc, "chat")).toBe(true);
  expect(isHeard(doc, "other")).toBe(false);
  expect(inputOf({ ...doc, nodes: {} })).toBeNull();
});

describe("display files", () => {
  test("what is written is read back, in the form of the older system", () => {
    const text = writeDisplay([entry("hi", "r1"), entry("one", "r1", 4)]);
    const { run_id, seq, ...plain } = entry("hi");
    expect(JSON.parse(text)).toEqual({
      context: [plain, { ...plain, node_id: "show", node_title: "Show", data: "one" }],
      graph_hash: null,
    });
    expect(readDisplay(text)).toEqual(JSON.parse(text).context);
    expect([run_id, seq]).toEqual([null, null]);
  });

  test.each([
    ['{"entries": [1]}', [1]],
    ["[]", []],
    ["", null],
    ["null", null],
    ['{"context": {}}', null],
    ["{", null],
  ])("%s", (text, entries) => {
    expect(readDisplay(text)).toEqual(entries);
  });

  test("the file is called like the workflow", () => {
    expect(displayFileName("a-lion.flow.json")).toBe("a-lion.display.json");
  });
});

test.each([
  ["javascript:alert(1)", "href", ""],
  ["data:text/html;base64,AAAA", "href", ""],
  ["data:image/png;base64,AAAA", "href", ""],
  ["data:image/png;base64,AAAA", "src", "data:image/png;base64,AAAA"],
  ["data:image/svg+xml;base64,AAAA", "src", ""],
  ["https://example.com/a", "href", "https://example.com/a"],
])("the address %s as %s becomes %s", (url, key, allowed) => {
  expect(urlTransform(url, key)).toBe(allowed);
});
