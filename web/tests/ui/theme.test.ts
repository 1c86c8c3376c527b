import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { chooseTheme, currentTheme, currentThemeChoice, onThemeChange, startTheme } from "../../src/ui/theme";

const CSS = readFileSync("src/ui/theme.css", "utf8");

function tokens(selector: string): Record<string, string> {
  const start = CSS.indexOf(`${selector} {`);
  const block = CSS.slice(start, CSS.indexOf("}", start));
  return Object.fromEntries(
    [...block.matchAll(/(--[\w-]+): (#[0-9a-f]{3,6});/g)].map(([, name, value]) => [name, value]),
  );
}

function channels(colour: string): number[] {
  const hex = colour.slice(1).length === 3 ? colour.slice(1).replace(/./g, "$&$&") : colour.slice(1);
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}

const mix = (over: number[], under: number[], share: number) =>
  over.map((value, at) => value * share + (under[at] ?? 0) * (1 - share));

function luminance(rgb: number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: number[], b: number[]): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const dark = tokens(":root");
const themes = { dark, light: { ...dark, ...tokens(':root[data-theme="light"]') } };
const GROUNDS = ["--bg", "--canvas", "--panel", "--node", "--head", "--field"];

describe.each(Object.entries(themes))("the %s theme", (_, theme) => {
  const colour = (name: string) => channels(theme[name] ?? "#ff00ff");

  test.each(["--fg", "--mut", "--dim", "--acc", "--ok", "--bad", "--warn"])(
    "%s can be read on every ground",
    (ink) => {
      for (const ground of GROUNDS)
        expect(contrast(colour(ink), colour(ground)), ground).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(["--bad", "--warn"])("%s can be read on its own tint", (ink) => {
    for (const ground of ["--panel", "--node"])
      expect(contrast(colour(ink), mix(colour(ink), colour(ground), 0.12))).toBeGreaterThanOrEqual(4.5);
  });

  test("words on a filled button can be read, hovered or not", () => {
    for (const fill of ["--acc-fill", "--acc-fill-hover"])
      expect(contrast(colour("--accfg"), colour(fill))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(Object.keys(dark).filter((name) => name.startsWith("--t-") || name === "--edge"))(
    "%s stands out from node, canvas and panel",
    (socket) => {
      for (const ground of ["--node", "--canvas", "--panel"])
        expect(contrast(colour(socket), colour(ground)), ground).toBeGreaterThanOrEqual(3);
    },
  );
});

test("no rule sets type below 11 pixels", () => {
  for (const file of [
    "ui/theme",
    "ui/kit",
    "ui/floating",
    "panels/panels",
    "panels/feed",
    "panels/rooms",
  ].map((one) => `src/${one}.css`))
    for (const [, size] of readFileSync(file, "utf8").matchAll(/font(?:-size)?:[^;]*?(\d+(?:\.\d+)?)px/g))
      expect(Number(size)).toBeGreaterThanOrEqual(11);
});

describe("the choice of theme", () => {
  beforeEach(() => localStorage.clear());

  test("is kept and shown again at the next start", () => {
    chooseTheme("light");
    expect(document.documentElement.dataset.theme).toBe("light");
    document.documentElement.dataset.theme = "";
    startTheme();
    expect(document.documentElement.dataset.theme).toBe("light");
    expect(currentThemeChoice()).toBe("light");
  });

  test("falls back to the system's when what was kept makes no sense", () => {
    localStorage.setItem("nodebuilder.theme", "purple");
    startTheme();
    expect(currentThemeChoice()).toBe("system");
    expect(["light", "dark"]).toContain(currentTheme());
  });

  test("tells who listens, until they stop", () => {
    const seen = vi.fn();
    const stop = onThemeChange(seen);
    chooseTheme("dark");
    stop();
    chooseTheme("light");
    expect(seen).toHaveBeenCalledTimes(1);
  });
});
