// @vitest-environment-options { "url": "http://127.0.0.1:39175/" }
import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Listener } from "../../src/api/types";
import { documentWith } from "../../src/model/document";
import { hearingNodes, hears } from "../../src/model/listening";
import type { RunSummary } from "../../src/model/types";
import { docStore, openDoc } from "../../src/state/docStore";
import {
  followHeard,
  isHeard,
  listen,
  listenerOf,
  listeningStore,
  refreshListening,
  startListening,
  stopListening,
  untilDue,
} from "../../src/state/listening";
import { beginRun, runStore } from "../../src/state/runStore";
import { serverStore } from "../../src/state/serverStore";

const listener = (more: Partial<Listener> = {}): Listener => ({
  workflow_id: "w1",
  name: "Hooks",
  listening: true,
  since: 1_700_000_000,
  nodes: [
    { node: "hook", type: "webhook", url: "http://localhost/hooks/a", signed: false, warning: "unsigned" },
    { node: "chat", type: "display_input", always: true },
  ],
  runs: [],
  error: null,
  ...more,
});
const run = (more: Partial<RunSummary> = {}): RunSummary => ({
  run_id: "r1",
  workflow_id: "w1",
  name: "Hooks",
  status: "running",
  started_at: 0,
  finished_at: null,
  cost_usd: null,
  firings: 0,
  ...more,
});

let listeners: Listener[] = [];
let refusal: object | null = null;
const asked: string[] = [];
let server: Server;

function answer(method: string, url: string): [number, unknown] {
  if (url === "/api/listeners") return [200, { listeners }];
  if (!url.endsWith("/listening")) return [200, { id: "w1", version: 2, updated_at: 0, workflow: {} }];
  if (refusal) return [422, refusal];
  listeners = method === "PUT" ? [listener()] : [];
  return [200, listener({ listening: method === "PUT" })];
}

describe("listening", () => {
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const [status, body] = answer(request.method ?? "", request.url ?? "");
      request.resume();
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((done) => server.listen(39175, "127.0.0.1", done));
  });
  afterAll(() => new Promise((done) => server.close(done)));
  afterEach(() => {
    [listeners, refusal, asked.length] = [[], null, 0];
    listeningStore.setState({ listeners: null, failed: null, busy: null });
    beginRun({});
  });

  it("is told to the server for the saved workflow, and shown as the server has it", async () => {
    openDoc({ doc: documentWith({ nodes: { hook: { type: "webhook" } } }), id: "w1", version: 1 });
    await listen();
    expect(asked).toEqual(["PUT /api/workflows/w1/listening", "GET /api/listeners"]);
    expect(listenerOf(listeningStore.getState(), "w1")?.since).toBe(1_700_000_000);
    await stopListening("w1");
    expect(listenerOf(listeningStore.getState(), "w1")).toBeNull();
    expect(listeningStore.getState().busy).toBeNull();
  });

  it("stays off when the server refuses", async () => {
    openDoc({ doc: documentWith({}), id: "w1", version: 1 });
    refusal = {
      detail: "It has no node that listens.",
      remedy: "Add one.",
      code: "nothing_listens",
      status: 422,
    };
    await listen();
    expect(listeningStore.getState().listeners).toEqual([]);
  });

  it("marks the nodes that wait, and not those that hear anyway", async () => {
    listeners = [listener()];
    await refreshListening();
    const state = listeningStore.getState();
    expect(isHeard(state, "w1", "hook")).toBe(true);
    expect(isHeard(state, "w1", "chat")).toBe(false);
    expect(isHeard(state, "w2", "hook")).toBe(false);
    const broken = listener({ error: { code: "hook_taken", message: "Taken.", remedy: "Stop it." } });
    expect(isHeard({ ...state, listeners: [broken] }, "w1", "hook")).toBe(false);
  });

  it("shows runs that events begin, unless another one is being watched", async () => {
    openDoc({ doc: documentWith({}), id: "w1", version: 1 });
    followHeard(run());
    expect(runStore.getState().runId).toBeNull();
    listeners = [listener()];
    await refreshListening();
    followHeard(run({ workflow_id: "other" }));
    expect(runStore.getState().runId).toBeNull();
    followHeard(run());
    expect(runStore.getState().runId).toBe("r1");
    followHeard(run({ run_id: "r2" }));
    expect(runStore.getState().runId).toBe("r1");
  });

  it("is asked again once for many runs of workflows that listen, and not for others", async () => {
    listeners = [listener()];
    const stop = startListening();
    await vi.waitFor(() => expect(listeningStore.getState().listeners).toHaveLength(1));
    asked.length = 0;
    for (const status of ["running", "succeeded"] as const)
      serverStore.setState({ changedRun: run({ status }) });
    await vi.waitFor(() => expect(asked).toEqual(["GET /api/listeners"]), { timeout: 3_000 });
    serverStore.setState({ changedRun: run({ workflow_id: "other" }) });
    await new Promise((done) => setTimeout(done, 600));
    expect(asked).toHaveLength(1);
    stop();
  });

  it("knows when a schedule is due next", () => {
    const due = (next_at: number | null) =>
      untilDue(
        {
          listeners: [listener({ nodes: [{ node: "s", type: "schedule", next_at }] })],
          failed: null,
          busy: null,
        },
        0,
      );
    expect(due(null)).toBeNull();
    expect(due(10)).toBe(11_500);
    expect(due(-10)).toBe(1_500);
    expect(due(10_000_000)).toBe(3_600_000);
  });

  it("concerns nodes that wait for the world", () => {
    expect(hears("webhook")).toBe(true);
    expect(hears("send_event")).toBe(false);
    expect(hears(undefined)).toBe(false);
    const doc = documentWith({
      nodes: { a: { type: "text" }, s: { type: "schedule" }, e: { type: "receive_event" } },
    });
    expect(hearingNodes(doc)).toEqual(["s", "e"]);
    expect(docStore.getState().id).toBe("w1");
  });
});
