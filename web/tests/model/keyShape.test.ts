import { describe, expect, it } from "vitest";
import { isSecretName, looksLikeKey } from "../../src/model/keyShape";
import { freeSecretName } from "../../src/state/keys";

describe("keys", () => {
  it("are told from names", () => {
    for (const key of [
      "sk-abc",
      "sk-proj-A1b2C3d4",
      "AIzaSyA",
      "ghp_16C7e42F292c6912E7",
      "has space",
      "1abc",
      "x".repeat(65),
    ])
      expect([key, looksLikeKey(key)]).toEqual([key, true]);
    for (const name of ["", "openai", "my_second-key", "openai_2", "hf"])
      expect([name, looksLikeKey(name)]).toEqual([name, false]);
  });

  it("have names of a letter and up to 63 more", () => {
    expect(isSecretName("a".repeat(64))).toBe(true);
    expect(isSecretName("a".repeat(65))).toBe(false);
    expect(isSecretName("2a")).toBe(false);
  });

  it("get the next free name of their provider", () => {
    expect(freeSecretName("openai", [])).toBe("openai");
    expect(freeSecretName("openai", ["openai", "openai_2"])).toBe("openai_3");
    expect(freeSecretName("", [])).toBe("key");
  });
});
