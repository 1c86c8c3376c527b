import { expect, test } from "vitest";
import { freeId, isMadeUp, isWorkflowId, newWorkflowId, slug } from "../../src/model/workflowId";

test("an id is made of the letters and digits of a name, as the server does it", () => {
  expect(slug("Über Äpfel")).toBe("uber-apfel");
  expect(slug("  A Lion!  No. 2 ")).toBe("a-lion-no-2");
  for (const name of ["", "🦁", "--", "ß".repeat(9)]) expect(slug(name)).toBe("workflow");
  expect(slug("a ".repeat(80))).toHaveLength(59);
});

test("it is one that no workflow has yet", () => {
  expect(freeId("A Lion", [])).toBe("a-lion");
  expect(freeId("A Lion", ["a-lion", "a-lion-2"])).toBe("a-lion-3");
  expect(isWorkflowId(freeId("x".repeat(99), ["x".repeat(60)]))).toBe(true);
});

test("a made-up id is told from a chosen one", () => {
  expect(isMadeUp(newWorkflowId())).toBe(true);
  for (const id of ["w1", "weather", "w0123456789ag"]) expect(isMadeUp(id)).toBe(false);
  for (const id of ["", "A", "a b", "-a", "x".repeat(65)]) expect(isWorkflowId(id)).toBe(false);
});
