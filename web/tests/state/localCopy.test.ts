import { beforeEach, describe, expect, it } from "vitest";
import { newWorkflowId } from "../../src/model/workflowId";
import { dropCopy, keepCopy, lastOpen, readCopy, rememberOpen } from "../../src/state/localCopy";
import { fileName } from "../../src/state/workflows";
import { lion } from "../model/sample";

describe("the copy in the browser", () => {
  beforeEach(() => localStorage.clear());

  it("comes back as it was, until it is dropped", () => {
    keepCopy({ id: "w1", version: 4, doc: lion });
    expect(readCopy()).toEqual({ id: "w1", version: 4, doc: lion });
    dropCopy();
    expect(readCopy()).toBeNull();
  });

  it("that is damaged is none", () => {
    localStorage.setItem("nodebuilder.copy", "{");
    expect(readCopy()).toBeNull();
  });

  it("remembers what was open", () => {
    rememberOpen("w9");
    expect(lastOpen()).toBe("w9");
  });
});

describe("workflows", () => {
  it("get ids of letters and digits", () => {
    expect(newWorkflowId()).toMatch(/^w[0-9a-f]{12}$/);
    expect(newWorkflowId()).not.toBe(newWorkflowId());
  });

  it("are downloaded under a name that every system takes", () => {
    expect(fileName("Ein Löwe / im Zoo: 1")).toBe("ein-lowe-im-zoo-1.flow.json");
    expect(fileName("???")).toBe("workflow.flow.json");
  });
});
