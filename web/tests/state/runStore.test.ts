import { renderHook } from "@testing-library/react";
import { act } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { RunDetail, RunEvent } from "../../src/model/types";
import {
  beginRun,
  flush,
  nodeRun,
  onNodeRuns,
  runStore,
  takeEvent,
  useNodeRun,
} from "../../src/state/runStore";
import { showRun } from "../../src/state/snapshot";

let seq = 0;
type Body<E> = E extends RunEvent ? Omit<E, "seq" | "run_id" | "at"> : never;

function event(body: Body<RunEvent>, run = "r1"): RunEvent {
  seq += 1;
  return { ...body, seq, run_id: run, at: 1000 + seq } as RunEvent;
}

function take(...events: RunEvent[]): void {
  for (const one of events) takeEvent(one);
  flush();
}

const at = (node: string) => ({ node, firing: 1 });

describe("the run store", () => {
  beforeEach(() => {
    seq = 0;
    beginRun({ runId: "r1", status: "running" });
  });

  it("follows a node from its firing to its end", () => {
    take(
      event({ kind: "node_fired", ...at("a") }),
      event({ kind: "node_progressed", ...at("a"), fraction: 0.5, message: "drawing" }),
    );
    expect(nodeRun("a")).toMatchObject({ status: "running", fraction: 0.5, message: "drawing" });
    take(
      event({ kind: "text_streamed", ...at("a"), text: "Hel" }),
      event({ kind: "text_streamed", ...at("a"), text: "lo" }),
    );
    take(event({ kind: "cost_added", ...at("a"), usd: 0.04, model: "m", detail: {} }));
    take(event({ kind: "node_finished", ...at("a"), seconds: 1.5, reused: false }));
    expect(nodeRun("a")).toMatchObject({
      status: "done",
      seconds: 1.5,
      text: "Hello",
      cost: 0.04,
      fraction: null,
    });
    expect(runStore.getState()).toMatchObject({ cost: 0.04, finished: 1 });
  });

  it("shows a failure that a loop dealt with as caught, and counts it as no error of the run", () => {
    beginRun({ runId: "r1" });
    const failure = { message: "Out.", remedy: "Wait.", code: "out", charged: null, seconds: 1 };
    take(event({ kind: "node_fired", ...at("a") }));
    take(event({ kind: "node_failed", ...at("a"), ...failure, caught: true }));
    expect(nodeRun("a").status).toBe("caught");
    expect(nodeRun("a").error?.caught).toBe(true);
    expect(runStore.getState().errors).toEqual([]);
    expect(runStore.getState().log.at(-1)).toMatchObject({ level: "warning", message: "Out. (caught)" });
    take(event({ kind: "node_fired", ...at("a"), firing: 2 }));
    take(event({ kind: "node_finished", ...at("a"), firing: 2, seconds: 1, reused: false }));
    expect(nodeRun("a").status).toBe("done");
  });

  it("keeps cause, remedy and charge of a failure, and writes it into the log", () => {
    const failure = {
      code: "no_key",
      message: "No API key.",
      remedy: "Add one.",
      charged: "no" as const,
      seconds: 1,
    };
    take(event({ kind: "node_failed", ...at("a"), ...failure }));
    expect(nodeRun("a").error).toEqual({
      code: "no_key",
      message: "No API key.",
      remedy: "Add one.",
      charged: "no",
    });
    expect(runStore.getState().log.at(-1)).toMatchObject({
      level: "error",
      node: "a",
      message: "No API key.",
    });
  });

  it("fetches kept pictures from the page's own origin", () => {
    take(event({ kind: "preview_shown", ...at("a"), url: "http://elsewhere:8000/servable/x.png" }));
    expect(nodeRun("a").preview).toBe("/servable/x.png");
    take(
      event({
        kind: "displayed",
        ...at("a"),
        title: "",
        content_type: "image",
        data: "https://example.org/y.png",
      }),
    );
    expect(nodeRun("a").preview).toBe("https://example.org/y.png");
  });

  it("counts down a refused call", () => {
    take(event({ kind: "call_delayed", ...at("a"), seconds: 20, reason: "Too many requests." }));
    expect(nodeRun("a").delay).toEqual({ until: 1021, reason: "Too many requests." });
  });

  it("takes no event twice, and none of another run", () => {
    const once = event({ kind: "text_streamed", ...at("a"), text: "x" });
    take(once, once, event({ kind: "text_streamed", ...at("a"), text: "y" }, "r2"));
    expect(nodeRun("a").text).toBe("x");
  });

  it("tells only the listeners of nodes that changed, once for many events", () => {
    const told = vi.fn();
    const stop = onNodeRuns(told);
    const { result } = renderHook(() => useNodeRun("b"));
    const before = result.current;
    act(() =>
      take(
        event({ kind: "node_fired", ...at("a") }),
        event({ kind: "text_streamed", ...at("a"), text: "x" }),
      ),
    );
    expect(told).toHaveBeenCalledTimes(1);
    expect(told).toHaveBeenCalledWith(new Set(["a"]));
    expect(result.current).toBe(before);
    stop();
  });

  it("marks what still waits when the run has ended", () => {
    take(event({ kind: "node_fired", ...at("a") }));
    const end = { outputs: {}, displayed: [], errors: [], cost_usd: null, firings: 1, seconds: 2 };
    take(
      event({ kind: "run_finished", status: "cancelled", waiting: [{ node: "b", inputs: ["x"] }], ...end }),
    );
    expect(nodeRun("a").status).toBe("skipped");
    expect(nodeRun("b")).toMatchObject({ status: "waiting", missing: ["x"] });
    expect(runStore.getState()).toMatchObject({ status: "cancelled", cost: 0 });
  });

  it("counts the firings under way: the node has finished when all of them have", () => {
    const of = (firing: number) => ({ node: "a", firing });
    take(event({ kind: "node_fired", ...of(1) }), event({ kind: "node_fired", ...of(2) }));
    take(event({ kind: "node_finished", ...of(2), seconds: 1, reused: false }));
    expect(nodeRun("a")).toMatchObject({ status: "running", active: [1], firings: 2, since: 1001 });
    take(event({ kind: "node_finished", ...of(1), seconds: 2, reused: false }));
    expect(nodeRun("a")).toMatchObject({ status: "done", active: [], firings: 2 });
  });

  it("keeps the failure of one firing while another goes on, and forgets it with the next beginning", () => {
    const failure = { code: "x", message: "No.", remedy: "Yes.", charged: null, seconds: 1 };
    take(
      event({ kind: "node_fired", node: "a", firing: 1 }),
      event({ kind: "node_fired", node: "a", firing: 2 }),
    );
    take(event({ kind: "node_failed", node: "a", firing: 1, ...failure }));
    expect(nodeRun("a")).toMatchObject({ status: "running", error: { message: "No." } });
    take(event({ kind: "node_finished", node: "a", firing: 2, seconds: 1, reused: false }));
    expect(nodeRun("a").status).toBe("failed");
    take(event({ kind: "node_fired", node: "a", firing: 3 }));
    expect(nodeRun("a")).toMatchObject({ status: "running", error: null });
  });

  it("shows the text of the newest firing alone, and counts paid calls", () => {
    take(
      event({ kind: "node_fired", node: "a", firing: 1 }),
      event({ kind: "node_fired", node: "a", firing: 2 }),
    );
    take(
      event({ kind: "text_streamed", node: "a", firing: 1, text: "old" }),
      event({ kind: "text_streamed", node: "a", firing: 2, text: "new" }),
      event({ kind: "cost_added", node: "a", firing: 1, usd: 0.01, model: "m", detail: null }),
      event({ kind: "cost_added", node: "a", firing: 2, usd: 0.02, model: "m", detail: null }),
    );
    expect(nodeRun("a")).toMatchObject({ text: "new", calls: 2 });
  });

  it("counts the calls that a tool answered, not the asking for its definition", () => {
    const definition = { name: "draw", description: "", input_schema: {} };
    take(event({ kind: "output_sent", ...at("a"), outputs: { output: definition } }));
    take(event({ kind: "output_sent", ...at("a"), outputs: { output: { id: "c1", result: "x" } } }));
    take(event({ kind: "output_sent", ...at("a"), outputs: { output: { id: "c2", error: "y" } } }));
    expect(nodeRun("a").answers).toBe(2);
  });

  it("asks a person, on the node and in the run, until the call is allowed or refused", () => {
    const ask = (call_id: string) =>
      event({ kind: "approval_asked", ...at("a"), call_id, name: "draw", arguments: { prompt: "x" } });
    const give = (call_id: string, approved: boolean, reason = "") =>
      event({ kind: "approval_given", ...at("a"), call_id, approved, reason });
    take(ask("c1"), ask("c2"));
    expect(nodeRun("a")).toMatchObject({ status: "asks" });
    expect(runStore.getState().asking.map((one) => one.call_id)).toEqual(["c1", "c2"]);
    take(give("c1", true), event({ kind: "node_fired", ...at("a") }));
    expect(nodeRun("a").status).toBe("asks");
    take(give("c2", false, "too dear"));
    expect(nodeRun("a").status).toBe("running");
    expect(runStore.getState().asking).toEqual([]);
    expect(runStore.getState().log.at(-1)?.message).toBe("A person refused the call: too dear");
    take(event({ kind: "node_finished", ...at("a"), seconds: 1, reused: false }));
    expect(nodeRun("a").status).toBe("done");
  });

  it("asks nothing any more when the run has ended", () => {
    take(event({ kind: "approval_asked", ...at("a"), call_id: "c", name: "draw", arguments: {} }));
    const end = {
      outputs: {},
      displayed: [],
      errors: [],
      waiting: [],
      cost_usd: null,
      firings: 1,
      seconds: 2,
    };
    take(event({ kind: "run_finished", status: "cancelled", ...end }));
    expect(nodeRun("a")).toMatchObject({ status: "skipped", asking: [] });
    expect(runStore.getState().asking).toEqual([]);
  });

  it("bounds the log", () => {
    take(
      ...Array.from({ length: 2_100 }, () =>
        event({ kind: "node_logged", ...at("a"), level: "info", message: "m" }),
      ),
    );
    expect(runStore.getState().log).toHaveLength(2_000);
  });

  it("shows a whole run at once and goes on from its last event", () => {
    const run: RunDetail = {
      run_id: "r7",
      workflow_id: null,
      name: "Old",
      status: "failed",
      started_at: 10,
      finished_at: 15,
      cost_usd: 0.1,
      firings: 2,
      outputs: { a: { out: "x" } },
      displayed: [{ node: "c", content_type: "image", data: { url: "/servable/x.png" }, title: "" }],
      errors: [{ node: "b", message: "No.", remedy: "Yes.", code: "x" }],
      waiting: [],
      receipts: [],
      last_seq: 40,
    };
    showRun(run);
    expect([nodeRun("a").status, nodeRun("b").status]).toEqual(["done", "failed"]);
    expect(nodeRun("c").preview).toBe("/servable/x.png");
    expect(runStore.getState()).toMatchObject({ runId: "r7", lastSeq: 40, seconds: 5, cost: 0.1 });
    expect(runStore.getState().displayed).toHaveLength(1);
  });
});
