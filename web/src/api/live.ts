import type { RunDetail, RunEvent, RunSummary, ServerInfo } from "../model/types";
import { sessionProtocols } from "./session";
import { createSignal, type Signal } from "./signal";
import { createWatches } from "./watches";

/** How the connection stands. */
export type LiveStatus = "connecting" | "open" | "lost" | "closed";

/** The first message of every connection. */
export type Hello = ServerInfo & { runs: RunSummary[] };

type Incoming =
  | ({ type: "hello" } & Hello)
  | { type: "event"; event: RunEvent }
  | { type: "snapshot"; run: RunDetail }
  | { type: "run"; run: RunSummary }
  | { type: "display_changed"; workflow_id: string }
  | { type: "workflow_renamed"; workflow_id: string; new_id: string }
  | { type: "error"; code: string; message: string }
  | { type: "pong" };

export interface LiveOptions {
  /** Milliseconds before the first new attempt; doubles up to `slowest`. */
  firstWait?: number;
  slowest?: number;
  /** Milliseconds between pings; three missed ones end the connection. */
  pingEvery?: number;
  random?: () => number;
}

export interface Live {
  /** Follow a run from after a sequence number; events come once each and in order, across reconnects. */
  watch: (runId: string, after?: number) => void;
  unwatch: (runId: string) => void;
  status: () => LiveStatus;
  onStatus: Signal<LiveStatus>["listen"];
  onHello: Signal<Hello>["listen"];
  onEvent: Signal<RunEvent>["listen"];
  /** The whole run at once, when this client was too slow for its events; replaces what was shown. */
  onSnapshot: Signal<RunDetail>["listen"];
  /** Any run changed its status. */
  onRun: Signal<RunSummary>["listen"];
  /** The display of a workflow, or the line of messages to it, changed. */
  onDisplay: Signal<string>["listen"];
  /** A workflow has another id: first the old one, then the new one. */
  onRenamed: (listener: (before: string, id: string) => void) => () => void;
  onError: Signal<{ code: string; message: string }>["listen"];
  /** Try at once instead of waiting out the pause. */
  reconnect: () => void;
  close: () => void;
}

/** The WebSocket address of a page's server. */
export const liveUrl = (origin: string): string => `${origin.replace(/^http/, "ws")}/api/live`;

/** Connect to `/api/live` and stay connected. */
export function createLive(url: string, options: LiveOptions = {}): Live {
  const { firstWait = 300, slowest = 10_000, pingEvery = 20_000, random = Math.random } = options;
  const signals = {
    status: createSignal<LiveStatus>(),
    hello: createSignal<Hello>(),
    event: createSignal<RunEvent>(),
    snapshot: createSignal<RunDetail>(),
    run: createSignal<RunSummary>(),
    display: createSignal<string>(),
    renamed: createSignal<{ before: string; id: string }>(),
    error: createSignal<{ code: string; message: string }>(),
  };
  let socket: WebSocket | null = null;
  let state: LiveStatus = "connecting";
  let attempts = 0;
  let heard = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const become = (next: LiveStatus) => {
    if (next === state) return;
    state = next;
    signals.status.tell(next);
  };
  const send = (message: object) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const watches = createWatches({
    ask: (run_id, after) => send({ type: "watch", run_id, after }),
    deliver: signals.event.tell,
  });

  const receive = (message: Incoming) => {
    heard = Date.now();
    if (message.type === "event") watches.receive(message.event);
    else if (message.type === "run") signals.run.tell(message.run);
    else if (message.type === "display_changed") signals.display.tell(message.workflow_id);
    else if (message.type === "workflow_renamed")
      signals.renamed.tell({ before: message.workflow_id, id: message.new_id });
    else if (message.type === "error") signals.error.tell({ code: message.code, message: message.message });
    else if (message.type === "snapshot") {
      if (watches.jump(message.run.run_id, message.run.last_seq ?? 0)) signals.snapshot.tell(message.run);
    } else if (message.type === "hello") {
      attempts = 0;
      become("open");
      signals.hello.tell(message);
      watches.askAll();
    }
  };

  const connect = () => {
    clearTimeout(retry);
    const mine = new WebSocket(url, sessionProtocols());
    socket = mine;
    heard = Date.now();
    mine.onmessage = ({ data }: MessageEvent) => {
      if (socket !== mine || typeof data !== "string") return;
      const message = readMessage(data);
      if (message) receive(message);
    };
    mine.onclose = () => {
      if (socket === mine) lose();
    };
  };
  const lose = () => {
    socket = null;
    if (state === "closed") return;
    become("lost");
    const wait = Math.min(slowest, firstWait * 2 ** attempts) * (0.5 + random() / 2);
    attempts += 1;
    retry = setTimeout(connect, wait);
  };
  const drop = () => {
    const old = socket;
    if (!old) return;
    lose();
    old.close();
  };
  const reconnect = () => {
    if (state === "closed" || state === "open") return;
    attempts = 0;
    const old = socket;
    connect();
    old?.close();
  };

  const pulse = setInterval(() => {
    if (socket && Date.now() - heard > pingEvery * 3) drop();
    else send({ type: "ping" });
  }, pingEvery);
  globalThis.addEventListener?.("online", reconnect);
  connect();

  return {
    watch: watches.add,
    unwatch: (runId) => {
      if (watches.remove(runId)) send({ type: "unwatch", run_id: runId });
    },
    status: () => state,
    onStatus: signals.status.listen,
    onHello: signals.hello.listen,
    onEvent: signals.event.listen,
    onSnapshot: signals.snapshot.listen,
    onRun: signals.run.listen,
    onDisplay: signals.display.listen,
    onRenamed: (listener) => signals.renamed.listen(({ before, id }) => listener(before, id)),
    onError: signals.error.listen,
    reconnect,
    close: () => {
      become("closed");
      clearTimeout(retry);
      clearInterval(pulse);
      globalThis.removeEventListener?.("online", reconnect);
      socket?.close();
      socket = null;
    },
  };
}

function readMessage(data: string): Incoming | null {
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message !== null && "type" in message
      ? (message as Incoming)
      : null;
  } catch {
    return null; // not ours; the next message may be
  }
}
