// @vitest-environment-options { "url": "http://127.0.0.1:39174/" }
import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { isOlder } from "../../src/model/document";
import { currentDoc, docStore } from "../../src/state/docStore";
import { closeOlder, decideKeys, olderStore } from "../../src/state/older";
import { openText, stemOf } from "../../src/state/workflows";

const KEY = "sk-CANARY-0123456789";
const asked: { url: string; body: string }[] = [];
let keys: { node: string; widget: string; name: string }[] = [];
let mends: string[] = [];
let server: Server;

function answer({ method, url = "" }: IncomingMessage): [number, unknown] {
  if (url.startsWith("/api/import")) {
    const values = url.includes("keep_keys=true") ? { api_key: "openai" } : {};
    const workflow = {
      format: "nodebuilder/1",
      name: "",
      nodes: { llm: { type: "llm", values } },
      links: [],
    };
    return [200, { workflow, mends, secrets: keys }];
  }
  if (url === "/api/secrets") return [200, { secrets: [] }];
  if (method === "PUT") return [200, { id: "w", version: 1, updated_at: 0, workflow: currentDoc() }];
  return [200, { workflows: [] }];
}

const older = JSON.stringify({
  nodes: [{ id: 1, type: "AI/LLMNode", widgets_values: ["openai", "m", KEY] }],
});
const imports = () => asked.filter(({ url }) => url.startsWith("/api/import")).map(({ url }) => url);

describe("a file of the earlier editor", () => {
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        asked.push({ url: request.url ?? "", body });
        const [status, given] = answer(request);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(given));
      });
    });
    await new Promise<void>((done) => server.listen(39174, "127.0.0.1", done));
  });
  afterAll(() => new Promise((done) => server.close(done)));
  afterEach(() => {
    closeOlder();
    [asked.length, keys, mends] = [0, [], []];
  });

  it("opens at once when it holds no key, under the name of the file and with nothing to undo", async () => {
    await openText(older, "Old one.json");
    expect(currentDoc().name).toBe("Old one");
    expect(docStore.getState().history.past).toEqual([]);
    expect(imports()).toEqual(["/api/import?keep_keys=false"]);
    expect(asked[0]?.body).toBe(older);
    expect(olderStore.getState().file).toBeNull();
  });

  it("tells what was mended", async () => {
    mends = ["A link was given twice; one is left."];
    await openText(older, "b.json");
    expect(currentDoc().name).toBe("b");
    expect(olderStore.getState().file?.mends).toEqual(mends);
  });

  it("opens nothing before the person has said what becomes of its keys", async () => {
    keys = [{ node: "llm", widget: "api_key", name: "openai" }];
    await openText(older, "keyed.json");
    expect(currentDoc().name).not.toBe("keyed");
    expect(imports()).toEqual(["/api/import?keep_keys=false"]);
    closeOlder();
    await decideKeys(new Set(["openai"]));
    expect(currentDoc().name).not.toBe("keyed");
    expect(imports()).toHaveLength(1);
  });

  it("leaves keys out, or stores them, as the person says", async () => {
    keys = [{ node: "llm", widget: "api_key", name: "openai" }];
    await openText(older, "without.json");
    await decideKeys(new Set());
    expect(currentDoc().nodes.llm?.values).toEqual({});
    await openText(older, "with.json");
    await decideKeys(new Set(["openai"]));
    await vi.waitFor(() => expect(currentDoc().nodes.llm?.values).toEqual({ api_key: "openai" }));
    expect(currentDoc().name).toBe("with");
    expect(olderStore.getState().file).toBeNull();
  });

  it("stores some of its keys and leaves out the others", async () => {
    keys = ["openai", "mistral"].map((name, at) => ({ node: `llm_${at}`, widget: "api_key", name }));
    await openText(older, "some.json");
    await decideKeys(new Set(["mistral"]));
    expect(imports().at(-1)).toBe("/api/import?keep_keys=true&leave_out=openai");
  });
});

describe("what a file is", () => {
  it("is told by its format", () => {
    expect(isOlder({ format: "nodebuilder/1" })).toBe(false);
    expect(isOlder({ format: "nodebuilder/9" })).toBe(false);
    expect(isOlder({ graph_data: { nodes: [] } })).toBe(true);
    expect(isOlder({ format: 3 })).toBe(true);
    expect(isOlder([])).toBe(true);
    expect(isOlder("text")).toBe(false);
  });

  it("is named after its file", () => {
    expect(stemOf("Old chat.json")).toBe("Old chat");
    expect(stemOf("lion.flow.JSON")).toBe("lion");
    expect(stemOf(".json")).toBe("Untitled");
  });
});
