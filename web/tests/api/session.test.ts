import { beforeEach, expect, test } from "vitest";
import { readSession, sessionHeaders, sessionProtocols } from "../../src/api/session";

beforeEach(() => {
  sessionStorage.clear();
  history.replaceState(null, "", "/");
});

test("the key behind the # is taken out of the address and kept for this tab", () => {
  history.replaceState(null, "", "/?a=1#session=abc-DEF_1");
  expect(readSession()).toBe("abc-DEF_1");
  expect(location.href).not.toContain("abc-DEF_1");
  expect(location.search).toBe("?a=1");
  expect(readSession()).toBe("abc-DEF_1");
});

test("a page without a session sends none", () => {
  expect(readSession()).toBeNull();
  expect(sessionHeaders()).toEqual({ "X-Requested-With": "nodebuilder" });
  expect(sessionProtocols()).toEqual([]);
});

test("what stands behind the # for other reasons is left there", () => {
  history.replaceState(null, "", "/#session=<script>");
  expect(readSession()).toBeNull();
  expect(location.hash).not.toBe("");
});

test("calls carry the key as a header, the live connection as a protocol", () => {
  expect(sessionHeaders("k1")).toMatchObject({ "X-Nodebuilder-Session": "k1" });
  expect(sessionProtocols("k1")).toEqual(["nodebuilder.session.k1"]);
});
