import { expect, test } from "vitest";
import { asSentence, bytes, count, moment, seconds, usd, when } from "../../src/ui/format";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1_430_000, "1.4 MB"],
  [99_960, "100 kB"],
  [999_600, "1.0 MB"],
  [5e15, "5000 TB"],
])("%d bytes read as %s", (size, text) => expect(bytes(size)).toBe(text));

test.each([
  [0, "0.0 s"],
  [24.16, "24.2 s"],
  [185, "3 min 05 s"],
])("%d seconds read as %s", (value, text) => expect(seconds(value)).toBe(text));

test.each([
  [null, "cost unknown"],
  [0, "$0"],
  [0.0004, "< $0.001"],
  [0.167, "$0.167"],
  [12, "$12.00"],
])("%s dollars read as %s", (value, text) => expect(usd(value)).toBe(text));

test("a moment of today shows its time only, another day its date, another year that too", () => {
  const now = new Date(2026, 10, 21, 15, 0);
  expect(when(new Date(2026, 10, 21, 14, 2).toISOString(), now)).toMatch(/^14:02$/);
  expect(when(new Date(2026, 10, 12, 14, 2).toISOString(), now)).toMatch(/12.*14:02|Nov.*14:02/);
  expect(when(new Date(2024, 10, 12, 14, 2).toISOString(), now)).toMatch(/2024/);
});

test("moments come as epoch seconds or as ISO text", () => {
  expect(moment(1_700_000_000).toISOString()).toBe("2023-11-14T22:13:20.000Z");
  expect(moment("2023-11-14T22:13:20Z").getTime()).toBe(1_700_000_000_000);
});

test("counts agree with their noun", () => {
  expect(count(1, "file")).toBe("1 file");
  expect(count(1200, "file")).toBe("1,200 files");
});

test("a cause without a stop gets one before its remedy follows", () => {
  expect(asSentence("Image generation prompt is required")).toBe("Image generation prompt is required.");
  for (const whole of ["It broke.", "Really?", "Stop!", "And so on…"]) expect(asSentence(whole)).toBe(whole);
});
