import { describe, expect, test } from "vitest";
import type { DocsEntry } from "../../src/api";
import { documentWith } from "../../src/model/document";
import { sourceOf } from "../../src/model/source";
import type { LogLevel } from "../../src/model/types";
import { failuresOf } from "../../src/panels/display/failures";
import { pretty } from "../../src/panels/display/JsonText";
import { groupPages, pageOf } from "../../src/panels/docs/links";
import { filterLog } from "../../src/panels/log/filter";
import { readingOrder } from "../../src/panels/outline/order";
import { sections } from "../../src/panels/palette/sections";
import { fieldsOf, labelOf } from "../../src/panels/settings/fields";
import { nodeColour, socketColour } from "../../src/ui/tokens";
import { NODES } from "./harness";

test("an error that came in many rounds is said once", () => {
  const error = { node: "a", message: "The bridge is out.", remedy: "Go round.", code: "out" };
  const other = { ...error, message: "The ferry is out." };
  expect(failuresOf([error, other, { ...error }])).toEqual([
    { error, times: 2 },
    { error: other, times: 1 },
  ]);
});

describe("where a picture stands", () => {
  const here = "http://127.0.0.1:8000";
  const open = "http://localhost:8000";
  const asset = {
    filename: "a.png",
    url: `${open}/servable/a.png`,
    media_type: "image/png",
    size: 10,
    width: 4,
    height: 3,
  };

  test("an asset is loaded from the page's own server, whatever its public address says", () => {
    expect(sourceOf(asset, here)).toEqual({
      kind: "own",
      src: `${here}/servable/a.png`,
      filename: "a.png",
      size: { bytes: 10, width: 4, height: 3 },
    });
  });

  test("an address of the public server is ours too", () => {
    expect(sourceOf(`${open}/servable/a%20b.png`, here, open)).toMatchObject({
      kind: "own",
      filename: "a b.png",
    });
  });

  test.each([`${open}/servable/a.png`, "https://tracker.example/p.gif", "//tracker.example/servable/p.gif"])(
    "%s stands elsewhere and is not asked for",
    (url) => expect(sourceOf(url, here)?.kind).toBe("elsewhere"),
  );

  test.each(["data:image/png;base64,AA==", "blob:http://127.0.0.1:8000/1", "/servable/x.png"])(
    "%s may be shown",
    (url) => expect(sourceOf(url, here)?.kind).toBe("own"),
  );

  test.each([
    "javascript:alert(1)",
    "data:text/html,<script>",
    "file:///etc/passwd",
    "",
    null,
    3,
    { url: 4 },
    "http://[",
  ])("%s is no picture", (data) => expect(sourceOf(data, here)).toBeNull());
});

describe("the filter of the log", () => {
  const line = (seq: number, level: LogLevel, message: string) => ({
    seq,
    at: seq,
    node: "a",
    level,
    message,
  });
  const log = [line(1, "debug", "asking"), line(2, "info", "Saved lion.png"), line(3, "error", "No API key")];
  const title = () => "GPT Image";

  test("lets everything through untouched when nothing is asked", () =>
    expect(filterLog(log, { level: "debug", query: " " }, title)).toBe(log));
  test("keeps a level and what is above it", () =>
    expect(filterLog(log, { level: "info", query: "" }, title).map(({ seq }) => seq)).toEqual([2, 3]));
  test("wants every word, in the message or in the name of the node", () =>
    expect(filterLog(log, { level: "debug", query: "gpt LION" }, title).map(({ seq }) => seq)).toEqual([2]));
});

describe("links inside the documentation", () => {
  const page = (slug: string, kind: "node" | "guide", type?: string): DocsEntry => ({
    slug,
    kind,
    title: slug,
    category: "AI",
    description: `All about ${slug}`,
    ...(type ? { type } : {}),
  });
  const pages = [page("gpt-image", "node", "gpt_image"), page("guides/first-picture", "guide")];

  test.each([
    ["gpt-image.md", "gpt-image"],
    ["../nodes/gpt-image/", "gpt-image"],
    ["/docs/gpt_image.html#sockets", "gpt-image"],
    ["first-picture.md", "guides/first-picture"],
    ["guides/first-picture/index.md", "guides/first-picture"],
  ])("%s leads to %s", (href, slug) => expect(pageOf(href, pages)?.slug).toBe(slug));

  test.each([
    "https://example.com/gpt-image",
    "mailto:a@b.c",
    "//x.example/gpt-image",
    "#top",
    undefined,
    "nowhere.md",
  ])("%s leads out", (href) => expect(pageOf(href, pages)).toBeNull());

  test("guides come first, and a search keeps what has every word", () => {
    expect(groupPages(pages, "").map(({ title }) => title)).toEqual(["Guides", "AI"]);
    expect(groupPages(pages, "about FIRST").map(({ title }) => title)).toEqual(["Guides"]);
    expect(groupPages(pages, "zebra")).toEqual([]);
  });
});

test("nodes are read left to right in rows, those without a place last", () => {
  const node = { type: "text" };
  const nodes = { lost: node, low: node, right: node, left: node };
  const doc = documentWith({ nodes, layout: { right: [400, 20], left: [0, 90], low: [0, 500] } });
  expect(readingOrder(doc)).toEqual(["left", "right", "low", "lost"]);
});

describe("the palette", () => {
  test("shows recent types first, then categories, and forgets types that are gone", () => {
    const shown = sections(NODES, ["gpt_image", "gone"], "");
    expect(shown.map(({ title, nodes }) => [title, nodes.length])).toEqual([
      ["Recent", 1],
      ["Input", 1],
      ["AI", 1],
      ["Output", 1],
    ]);
  });
  test("shows the matches of a search in one list", () => {
    const [first] = NODES;
    if (!first) throw new Error("no nodes");
    const tests = { ...first, type: "widget_test", category: "Test" };
    expect(sections([tests, ...NODES], [], "").at(-1)?.title).toBe("Test");
    expect(sections(NODES, [], "imag")[0]?.nodes[0]?.type).toBe("gpt_image");
    expect(sections(NODES, [], "zzzz")).toEqual([]);
  });
});

test("settings have a readable name with their unit, and a kind", () => {
  expect(labelOf("max_cost_usd_per_day")).toBe("Max cost per day (US dollars)");
  expect(labelOf("image_deadline_seconds")).toBe("Image deadline (seconds)");
  const fields = fieldsOf({ sandbox: true, max_cost_usd_per_day: null, retention: "keep", hosts: [] });
  expect(fields.map(({ kind }) => kind)).toEqual(["toggle", "number", "text", "fixed"]);
});

test("data that cannot be written as JSON is still shown", () => {
  const round: Record<string, unknown> = {};
  round.self = round;
  expect(pretty(round)).toBe("[object Object]");
  expect(pretty(undefined)).toBe("undefined");
});

test("colours follow the first thing a node gives; tools are orange, the unknown grey", () => {
  expect(nodeColour(NODES[1])).toBe("var(--t-image)");
  expect(nodeColour({ inputs: [], outputs: [], tool: {} })).toBe("var(--t-tool)");
  expect(nodeColour({ inputs: [{ type: "TEXT" }], outputs: [] })).toBe("var(--t-text)");
  expect(nodeColour(undefined)).toBe("var(--t-any)");
  expect(socketColour("NEW")).toBe("var(--t-any)");
});
