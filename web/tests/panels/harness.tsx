/** Panels in front of a real HTTP server on loopback, with the stores of the editor. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { ApiProvider, api, createApi, createQueryClient } from "../../src/api";
import { documentWith } from "../../src/model/document";
import type { NodeDefinition, WorkflowDocument } from "../../src/model/types";
import { checkStore, openDoc, serverStore, setView } from "../../src/state";
import { setLibrary } from "../../src/state/libraryStore";
import { beginRun } from "../../src/state/runStore";

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** What a route answers: a body, a status with a body, or something made from what was asked. */
type Answer = unknown | ((asked: Asked) => unknown);

/** A status other than 200. */
export const status = (code: number, body: unknown = null) => ({ __status: code, body });

export const problem = (code: number, detail: string, remedy: string) =>
  status(code, { status: code, detail, remedy, code: "x" });

export interface Backend {
  readonly asked: Asked[];
  readonly routes: Record<string, Answer>;
  readonly close: () => Promise<void>;
}

/** Start a server that answers `routes`, keyed like `GET /api/files`, and point the editor at it. */
export async function startBackend(routes: Record<string, Answer>): Promise<Backend> {
  const asked: Asked[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = {
      method: request.method ?? "",
      url: request.url ?? "",
      body: Buffer.concat(chunks).toString(),
    };
    asked.push(one);
    const route = routes[`${one.method} ${one.url}`] ?? routes[`${one.method} ${one.url.split("?")[0]}`];
    const given: unknown = typeof route === "function" ? route(one) : route;
    const { __status: code, body } = (
      typeof given === "object" && given !== null && "__status" in given
        ? given
        : given === undefined
          ? problem(404, `There is no ${one.url}.`, "Ask for something else.")
          : { __status: 200, body: given }
    ) as { __status: number; body: unknown };
    response.writeHead(code, {
      "content-type": code < 400 ? "application/json" : "application/problem+json",
    });
    response.end(code === 204 ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(api, createApi(origin));
  return {
    asked,
    routes,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** Draw something as the editor would. */
export function show(children: ReactNode) {
  const client = createQueryClient();
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  return render(
    <ApiProvider api={api} client={client}>
      {children}
    </ApiProvider>,
  );
}

const base = { version: "1.0.0", tags: [], paid: false, widgets: [], tool: null };
const output = (name: string, type: "TEXT" | "IMAGE" | "ANY") => ({
  name,
  type,
  array: false,
  description: "",
});
const input = (name: string, type: "TEXT" | "ANY") => ({
  name,
  type,
  required: true,
  array: false,
  pull: false,
  do_not_wait: false,
  description: `The ${name}`,
});

export const NODES: NodeDefinition[] = [
  {
    ...base,
    type: "text",
    title: "Text",
    category: "Input",
    description: "A text that you write.",
    inputs: [],
    outputs: [output("text_out", "TEXT")],
    widgets: [{ name: "value", kind: "text", default: "", label: "Text", description: "", lines: 4 }],
  },
  {
    ...base,
    type: "gpt_image",
    title: "GPT Image",
    category: "AI",
    description: "Draws a picture.",
    paid: true,
    inputs: [input("prompt", "TEXT")],
    outputs: [output("image_url", "IMAGE")],
  },
  {
    ...base,
    type: "display_output",
    title: "Display Output",
    category: "Output",
    description: "Shows what it gets.",
    inputs: [input("data", "ANY")],
    outputs: [output("data_out", "ANY")],
  },
];

export const LION: WorkflowDocument = documentWith({
  name: "A lion",
  nodes: {
    prompt: { type: "text", values: { value: "A majestic lion" } },
    image: { type: "gpt_image", title: "The painter" },
    show: { type: "display_output" },
    odd: { type: "from_elsewhere" },
  },
  links: ["prompt.text_out -> image.prompt", "image.image_url -> show.data"],
  start: "prompt",
  layout: { show: [640, 10], image: [320, 0], prompt: [0, 30], odd: [0, 900] },
});

/** The editor as it is after loading this document. */
export function openEditor(doc: WorkflowDocument = LION): void {
  setLibrary({
    nodes: NODES,
    connections: { TEXT: ["TEXT", "ANY"], IMAGE: ["IMAGE", "TEXT", "ANY"], ANY: ["ANY"] },
  });
  openDoc({ doc, id: "w1", version: 3 });
  beginRun({});
  checkStore.setState({ problems: [], estimate: null });
  serverStore.setState({ info: null, secrets: [] });
  setView({
    selection: new Set(),
    rail: "nodes",
    sideOpen: true,
    tab: "display",
    docsType: null,
    wantedSecret: null,
  });
}

/** jsdom lays nothing out; virtual lists need a height to fill. */
export function giveHeights(): void {
  Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 600 });
  Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, get: () => 22 });
  Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 330 });
}
