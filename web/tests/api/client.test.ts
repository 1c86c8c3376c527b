// @vitest-environment node
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Api, createApi } from "../../src/api/client";
import { ApiError, explain } from "../../src/api/errors";
import type { WorkflowDocument } from "../../src/model/types";

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

let server: Server;
let api: Api;
let seen: Seen[];
let answer: { status: number; type: string; body: string };

beforeEach(async () => {
  seen = [];
  answer = { status: 200, type: "application/json", body: "{}" };
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    response.writeHead(answer.status, { "content-type": answer.type });
    response.end(answer.status === 204 ? undefined : answer.body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  api = createApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(() => new Promise((done) => server.close(done)));

const flow: WorkflowDocument = { format: "nodebuilder/1", name: "A lion", nodes: {}, links: [], layout: {} };

async function thrownBy(call: Promise<unknown>): Promise<ApiError> {
  const thrown: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof ApiError)) throw new Error(`expected an ApiError, got ${String(thrown)}`);
  return thrown;
}

test("a change is sent as JSON, by the method and address of its route", async () => {
  answer = { ...answer, status: 202, body: '{"run_id":"r1","status":"running"}' };
  expect(await api.startRun({ workflow: flow, values: { a: { prompt: "x" } } })).toEqual({
    run_id: "r1",
    status: "running",
  });
  expect(seen[0]).toMatchObject({ method: "POST", url: "/api/runs" });
  expect(seen[0]?.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ workflow: flow, values: { a: { prompt: "x" } } });
});

test("names are escaped in addresses, and an empty answer is fine", async () => {
  answer = { ...answer, status: 204 };
  await api.deleteFile("a b/c.png");
  expect(seen[0]).toMatchObject({ method: "DELETE", url: "/api/files/a%20b%2Fc.png" });
});

test("the value of a secret travels in the body only", async () => {
  answer = { ...answer, status: 204 };
  await api.putSecret("openai", "sk-one");
  expect(seen[0]).toMatchObject({ method: "PUT", url: "/api/secrets/openai", body: '{"value":"sk-one"}' });
});

test("an upload is multipart and says that it comes from the editor", async () => {
  answer = {
    ...answer,
    status: 201,
    body: '{"filename":"f.png","url":"/servable/f.png","size":3,"media_type":"image/png"}',
  };
  const kept = await api.upload(new File(["abc"], "lion.png", { type: "image/png" }));
  expect(kept.filename).toBe("f.png");
  expect(seen[0]?.headers["x-requested-with"]).toBe("nodebuilder");
  expect(seen[0]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
  expect(seen[0]?.body).toContain('name="file"; filename="lion.png"');
});

test("pages of runs are asked for by limit and place", async () => {
  answer = { ...answer, body: '{"runs":[]}' };
  await api.runs(20, "r7");
  await api.runs(20);
  expect(seen.map(({ url }) => url)).toEqual(["/api/runs?limit=20&before=r7", "/api/runs?limit=20"]);
});

test("a refusal carries cause, remedy, code and problems", async () => {
  const problems = [
    {
      code: "missing_input",
      severity: "error",
      node: "image",
      socket: "prompt",
      widget: null,
      message: "m",
      remedy: "r",
    },
  ];
  const body = {
    status: 422,
    detail: "The workflow cannot run.",
    remedy: "Connect the prompt.",
    code: "not_runnable",
    problems,
  };
  answer = { status: 422, type: "application/problem+json", body: JSON.stringify(body) };
  const error = await thrownBy(api.startRun({ workflow: flow }));
  expect(error).toMatchObject({ ...body, message: "The workflow cannot run." });
  expect(explain(error)).toEqual({ message: "The workflow cannot run.", remedy: "Connect the prompt." });
});

test.each([
  [502, "text/html", "<html>Bad gateway</html>"],
  [500, "application/json", "null"],
  [404, "application/json", '{"detail":{"odd":1}}'],
])("status %d without a proper problem still has a cause and a remedy", async (status, type, body) => {
  answer = { status, type, body };
  const error = await thrownBy(api.files());
  expect(error.detail).toBe(`The server answered with status ${status}.`);
  expect(error.remedy).not.toBe("");
  expect(error.code).toBe(`http_${status}`);
});

test("a server that is gone is an error with a remedy, for calls and uploads", async () => {
  const gone = createApi("http://127.0.0.1:9");
  for (const call of [gone.info(), gone.upload(new File(["a"], "a.txt"))]) {
    const error = await thrownBy(call);
    expect(error).toMatchObject({ status: 0, code: "unreachable" });
    expect(error.remedy).toMatch(/running/);
  }
});

test("anything thrown can be explained", () => {
  expect(explain(new Error("boom")).message).toBe("boom");
  expect(explain("odd").message).toBe("odd");
});
