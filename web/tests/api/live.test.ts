// @vitest-environment node
import { WebSocket as UndiciSocket } from "undici";
import { afterEach, expect, test, vi } from "vitest";
import { createLive, type Live, liveUrl } from "../../src/api/live";
import type { RunEvent } from "../../src/model/types";
import { type Client, type LiveServer, startLiveServer } from "./liveServer";

// Node before 22 has no WebSocket of its own.
globalThis.WebSocket ??= UndiciSocket as unknown as typeof WebSocket;

let server: LiveServer | undefined;
let live: Live | undefined;

afterEach(async () => {
  live?.close();
  await server?.close();
});

const event = (seq: number, run_id = "r1"): RunEvent => ({
  kind: "node_fired",
  node: "a",
  firing: seq,
  seq,
  run_id,
  at: seq,
});

/** The same numbers for the same seed, between 0 and 1. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 1 | state) + 0x6d2b79f5) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 7), 61 | state);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const QUICK = { firstWait: 5, slowest: 20 };
const patient = { timeout: 8000, interval: 5 };

test("the address of the live connection follows that of the page", () => {
  expect(liveUrl("http://localhost:8000")).toBe("ws://localhost:8000/api/live");
  expect(liveUrl("https://flows.example")).toBe("wss://flows.example/api/live");
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "no event is lost or seen twice, however often the line is cut or an event repeated or dropped (seed %d)",
  async (seed) => {
    const random = seeded(seed);
    const total = 120;
    const dropped = new Set<number>([total]); // nothing would ever follow the last one
    const flaky = (client: Client, message: Record<string, unknown>) => {
      if (message.type !== "watch") return;
      let whole = Number(message.after); // all until here were sent on this line
      for (let seq = whole + 1; seq <= total; seq += 1) {
        if (random() < 0.03) return client.cut();
        if (random() < 0.1 && !dropped.has(seq)) {
          dropped.add(seq);
          continue;
        }
        client.send({ type: "event", event: event(seq) });
        if (whole === seq - 1) whole = seq;
        if (random() < 0.1)
          client.send({ type: "event", event: event(Math.max(1, whole - Math.floor(random() * 5))) });
      }
      if (random() < 0.5) client.cut();
    };
    server = await startLiveServer(flaky);
    const seen: number[] = [];
    live = createLive(server.url, QUICK);
    live.onEvent(({ seq }) => seen.push(seq));
    live.watch("r1");
    const nudge = setInterval(() => {
      for (const client of server?.clients ?? []) client.cut();
    }, 150);
    await vi.waitFor(() => expect(seen.at(-1)).toBe(total), patient);
    clearInterval(nudge);
    expect(seen).toEqual(Array.from({ length: total }, (_, at) => at + 1));
  },
  10_000,
);

test("events that overtake a missing one wait until it has been asked for", async () => {
  let asked = 0;
  server = await startLiveServer((client, message) => {
    if (message.type !== "watch") return;
    asked += 1;
    const seqs = asked === 1 ? [1, 3, 4] : [2, 3, 4];
    for (const seq of seqs) client.send({ type: "event", event: event(seq) });
  });
  const seen: number[] = [];
  live = createLive(server.url, QUICK);
  live.onEvent(({ seq }) => seen.push(seq));
  live.watch("r1");
  await vi.waitFor(() => expect(seen).toEqual([1, 2, 3, 4]), patient);
  expect(server.received.filter(({ type }) => type === "watch").map(({ after }) => after)).toEqual([0, 1]);
});

test("what the server no longer has is passed over after one question", async () => {
  server = await startLiveServer((client, message) => {
    if (message.type !== "watch") return;
    for (const seq of [1, 2, 5, 6, 9].filter((one) => one > Number(message.after)))
      client.send({ type: "event", event: event(seq) });
  });
  const seen: number[] = [];
  live = createLive(server.url, QUICK);
  live.onEvent(({ seq }) => seen.push(seq));
  live.watch("r1");
  await vi.waitFor(() => expect(seen).toEqual([1, 2, 5, 6, 9]), patient);
  expect(server.received.filter(({ type }) => type === "watch").map(({ after }) => after)).toEqual([0, 2]);
});

test("a snapshot stands for the events before it", async () => {
  server = await startLiveServer((client, message) => {
    if (message.type !== "watch") return;
    client.send({ type: "event", event: event(1) });
    client.send({ type: "snapshot", run: { run_id: "r1", last_seq: 40 } });
    client.send({ type: "event", event: event(39) });
    client.send({ type: "event", event: event(41) });
  });
  const seen: Array<number | string> = [];
  live = createLive(server.url, QUICK);
  live.onEvent(({ seq }) => seen.push(seq));
  live.onSnapshot((run) => seen.push(`all until ${run.last_seq}`));
  live.watch("r1");
  await vi.waitFor(() => expect(seen).toEqual([1, "all until 40", 41]), patient);
});

test("a run that is no longer followed is silent", async () => {
  server = await startLiveServer((client, message) => {
    if (message.type === "unwatch") client.send({ type: "event", event: event(2) });
    if (message.type === "unwatch") client.send({ type: "run", run: { run_id: "r1", status: "failed" } });
    if (message.type === "watch") client.send({ type: "event", event: event(1) });
  });
  const seen: number[] = [];
  const ended = vi.fn();
  live = createLive(server.url, QUICK);
  live.onEvent(({ seq }) => {
    seen.push(seq);
    live?.unwatch("r1");
  });
  live.onRun(ended);
  live.watch("r1");
  await vi.waitFor(() => expect(ended).toHaveBeenCalled(), patient);
  expect(seen).toEqual([1]);
});

test("the status tells when the line is lost and when it is back, and hello names the running runs", async () => {
  server = await startLiveServer(() => undefined, { type: "hello", version: "1", runs: [{ run_id: "r9" }] });
  const states: string[] = [];
  const hello = vi.fn();
  live = createLive(server.url, QUICK);
  live.onStatus((state) => states.push(state));
  live.onHello(hello);
  await vi.waitFor(() => expect(states).toEqual(["open"]), patient);
  for (const client of server.clients) client.cut();
  await vi.waitFor(() => expect(states).toEqual(["open", "lost", "open"]), patient);
  expect(hello.mock.lastCall?.[0].runs).toEqual([{ run_id: "r9" }]);
});

test("a line that is silent to pings is given up and made anew", async () => {
  server = await startLiveServer(() => undefined);
  const states: string[] = [];
  live = createLive(server.url, { ...QUICK, pingEvery: 20 });
  live.onStatus((state) => states.push(state));
  await vi.waitFor(() => expect(states.slice(0, 3)).toEqual(["open", "lost", "open"]), patient);
  expect(server.received.some(({ type }) => type === "ping")).toBe(true);
});

test("what makes no sense is passed over, and errors are told", async () => {
  server = await startLiveServer((client) => {
    client.send([] as object);
    client.send({ type: "pong" });
    client.send({ type: "error", code: "unknown_run", message: "There is no run r1." });
  });
  const told = vi.fn();
  live = createLive(server.url, QUICK);
  live.onError(told);
  live.watch("r1");
  await vi.waitFor(
    () => expect(told).toHaveBeenCalledWith({ code: "unknown_run", message: "There is no run r1." }),
    patient,
  );
});
