// @vitest-environment-options { "url": "http://127.0.0.1:39173/" }
import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { setValue } from "../../src/model/commands";
import { keepMine, saveNow, startAutosave, takeTheirs } from "../../src/state/autosave";
import { currentDoc, docStore, openDoc, perform } from "../../src/state/docStore";
import { readCopy } from "../../src/state/localCopy";
import { lion } from "../model/sample";

interface Kept {
  version: number;
  workflow: unknown;
}

let kept: Kept | null = null;
let away = false;
let server: Server;

function answer(method: string, body: { workflow: unknown; base_version?: number }): [number, unknown] {
  if (away) return [503, { detail: "Away.", remedy: "Wait.", code: "away" }];
  if (method === "GET") return [200, { id: "w1", updated_at: 0, ...kept }];
  if (kept && body.base_version !== undefined && body.base_version !== kept.version)
    return [409, { detail: "Changed.", remedy: "Choose.", code: "version_conflict" }];
  const cleaned = JSON.parse(JSON.stringify(body.workflow).replaceAll("sk-secret", "openai"));
  kept = { version: (kept?.version ?? 0) + 1, workflow: cleaned };
  return [200, { id: "w1", updated_at: 0, ...kept }];
}

const edit = (value: string) => perform(setValue("prompt", "value", value));

describe("saving by itself", () => {
  let stop = () => {};

  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        const [status, body] = answer(request.method ?? "", text ? JSON.parse(text) : {});
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((done) => server.listen(39173, "127.0.0.1", done));
  });
  afterAll(() => server.close());
  beforeEach(() => {
    kept = null;
    away = false;
    localStorage.clear();
    openDoc({ doc: lion, id: "w1", version: null });
    stop = startAutosave();
  });
  afterEach(() => stop());

  it("keeps a change on the server, and a copy here until it is there", async () => {
    edit("B");
    await vi.waitFor(() => expect(readCopy()?.doc.nodes.prompt?.values?.value).toBe("B"));
    await vi.waitFor(() => expect(docStore.getState().saved).toBe("saved"), 4_000);
    expect(docStore.getState().version).toBe(1);
    expect(readCopy()).toBeNull();
  });

  it("never saves over someone else's change, until told to", async () => {
    await saveNow();
    kept = { version: 7, workflow: { ...lion, name: "Theirs" } };
    edit("mine");
    expect(await saveNow()).toBe(false);
    expect(docStore.getState().saved).toBe("conflict");
    expect(kept.version).toBe(7);
    await keepMine();
    expect(docStore.getState()).toMatchObject({ saved: "saved", version: 8 });
  });

  it("can take the other one's version", async () => {
    await saveNow();
    kept = { version: 7, workflow: { ...lion, name: "Theirs" } };
    edit("mine");
    await saveNow();
    await takeTheirs();
    expect(currentDoc().name).toBe("Theirs");
    expect(docStore.getState()).toMatchObject({ saved: "saved", version: 7 });
  });

  it("keeps the change here when the server is away, and saves it when it is back", async () => {
    away = true;
    edit("B");
    expect(await saveNow()).toBe(false);
    expect(docStore.getState().saved).toBe("local");
    away = false;
    expect(await saveNow()).toBe(true);
    expect(docStore.getState().saved).toBe("saved");
  });

  it("shows what the server kept when it took a key out", async () => {
    edit("sk-secret");
    await saveNow();
    expect(currentDoc().nodes.prompt?.values?.value).toBe("openai");
    expect(docStore.getState().saved).toBe("saved");
  });
});
