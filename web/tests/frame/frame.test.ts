import { beforeEach, describe, expect, it } from "vitest";
import { calls, range } from "../../src/frame/Price";
import { paidProviders } from "../../src/frame/Sandbox";
import { documentWith } from "../../src/model/document";
import { linkedPicture } from "../../src/model/source";
import type { NodeDefinition } from "../../src/model/types";
import { setPanelSize, within } from "../../src/state/panelSizes";
import { library } from "../model/sample";

const base = library[0] as NodeDefinition;
const image: NodeDefinition = {
  ...base,
  type: "image",
  widgets: [
    { name: "api_key", kind: "secret", default: "", label: "api key", description: "", provider: "openai" },
  ],
};
const byType = new Map([["image", image]]);
const placed = (key: string) =>
  documentWith({ nodes: { a: { type: "image", values: { api_key: key } } }, links: [] });

describe("what the sandbox chip says", () => {
  it("is that calls are simulated while there is no key", () => {
    expect(paidProviders(placed(""), byType, { openai: "sandbox" })).toEqual([]);
  });

  it("names a provider whose key is a secret or in the environment", () => {
    expect(paidProviders(placed(""), byType, { openai: "secret" })).toEqual(["openai"]);
    expect(paidProviders(placed(""), byType, { openai: "environment" })).toEqual(["openai"]);
  });

  it("counts a key that a node names", () => {
    expect(paidProviders(placed("mine"), byType, { openai: "sandbox" })).toEqual(["openai"]);
  });

  it("counts no secret that is nobody's key, such as that of a webhook", () => {
    const [widget] = image.widgets;
    const hook = { ...image, widgets: widget ? [{ ...widget, name: "secret", provider: "" }] : [] };
    const doc = documentWith({ nodes: { a: { type: "image", values: { secret: "mine" } } }, links: [] });
    expect(paidProviders(doc, new Map([["image", hook]]), {})).toEqual([]);
  });
});

describe("a text that is the link to a picture", () => {
  const here = "http://localhost:8000";
  it("is one of ours, under any name the server has", () => {
    expect(linkedPicture(" /servable/a.png\n", here)).toMatchObject({ filename: "a.png" });
    expect(
      linkedPicture("https://pictures.example/servable/a.webp", here, "https://pictures.example"),
    ).toMatchObject({
      src: `${here}/servable/a.webp`,
    });
  });

  it("is not one of others, no other file, and no sentence", () => {
    for (const text of [
      "https://evil.example/servable/a.png",
      "/servable/a.json",
      "see /servable/a.png",
      "a.png",
    ])
      expect(linkedPicture(text, here, "http://127.0.0.1:8000")).toBeNull();
  });
});

describe("the widths of panels", () => {
  beforeEach(() => localStorage.clear());

  it("stay within their limits", () => {
    expect(within("rail", 10)).toBe(200);
    expect(within("side", 5_000)).toBe(760);
    expect(within("side", "wide")).toBe(332);
  });

  it("are kept in the browser", () => {
    setPanelSize("rail", 300);
    expect(JSON.parse(localStorage.getItem("nodebuilder.panels") ?? "")).toMatchObject({ rail: 300 });
  });
});

describe("the price of a run", () => {
  const price = (low_usd: number | null, high_usd: number | null, unknown = false) =>
    range({ low_usd, high_usd, paid_calls: 1, repeated: 0, unknown });
  it("is a range, one number, a cap, or not known", () => {
    expect([price(0.04, 0.17), price(0.167, 0.167), price(0, 1), price(null, null)]).toEqual([
      "≈ $0.040–0.17",
      "≈ $0.17",
      "up to $1.00",
      "price unknown",
    ]);
  });

  it("says which calls a loop makes again and again", () => {
    const said = (paid_calls: number, repeated: number) =>
      calls({ low_usd: 0.1, high_usd: 0.1, paid_calls, repeated, unknown: false });
    expect([said(2, 0), said(2, 1), said(1, 1)]).toEqual([
      "2 paid calls",
      "2 paid calls, 1 in each round",
      "1 paid call in each round",
    ]);
  });
});
