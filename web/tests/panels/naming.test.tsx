import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setPublished } from "../../src/model/commands";
import { documentWith, toDocument } from "../../src/model/document";
import { isMadeUp } from "../../src/model/workflowId";
import { RunRow } from "../../src/panels/history/RunRow";
import { InspectorPanel } from "../../src/panels/inspector/InspectorPanel";
import {
  chatStore,
  docStore,
  nodeRun,
  openDoc,
  perform,
  runStore,
  serverStore,
  showRun,
} from "../../src/state";
import { followRename, idFor } from "../../src/state/naming";
import { type Backend, openEditor, problem, show, startBackend } from "./harness";

const MADE_UP = "w0123456789ab";
const DOC = documentWith({ name: "Tells the weather", nodes: { t: { type: "text" } } });
const renamed = (id: string, callers: object[] = []) => ({
  id,
  name: "",
  version: 3,
  updated_at: 0,
  callers,
});
const posts = () => backend.asked.filter(({ method }) => method === "POST");

let backend: Backend;
beforeEach(async () => {
  openEditor(DOC);
  backend = await startBackend({
    "GET /api/workflows": { workflows: [{ id: "tells-the-weather", name: "x", version: 1, updated_at: 0 }] },
    [`POST /api/workflows/${MADE_UP}/rename`]: ({ body }: { body: string }) => renamed(JSON.parse(body).id),
    [`PUT /api/workflows/${MADE_UP}`]: ({ body }: { body: string }) => ({
      id: MADE_UP,
      version: 3,
      updated_at: 0,
      workflow: toDocument(JSON.parse(body).workflow),
    }),
  });
});
afterEach(() => backend.close());

const publish = () => within(screen.getByRole("region", { name: "Publish" }));

test("a workflow that is published first takes its name as id, if nobody chose one", async () => {
  openDoc({ doc: DOC, id: MADE_UP, version: 3 });
  show(<InspectorPanel />);
  await userEvent.click(publish().getByRole("switch", { name: "Model" }));
  await waitFor(() => expect(docStore.getState().id).toBe("tells-the-weather-2"));
  expect(publish().getByRole("textbox", { name: "Id" })).toHaveValue("tells-the-weather-2");
  expect(publish().getByText(/model="tells-the-weather-2"/)).toBeVisible();
});

test("an id that somebody chose stays, until it is written anew", async () => {
  openDoc({ doc: DOC, id: "weather", version: 3 });
  perform(setPublished("tool", true));
  docStore.setState({ saved: "saved" });
  backend.routes["POST /api/workflows/weather/rename"] = renamed("forecast", [
    { id: "trip", name: "A trip", version: 1, updated_at: 0 },
  ]);
  show(<InspectorPanel />);
  await userEvent.click(publish().getByRole("switch", { name: "Model" }));
  docStore.setState({ saved: "saved" });
  expect(posts()).toEqual([]);
  const field = publish().getByRole("textbox", { name: "Id" });
  await userEvent.clear(field);
  await userEvent.type(field, "A Forecast");
  expect(publish().getByText(/^Up to 64 lower-case letters/)).toBeVisible();
  await userEvent.clear(field);
  await userEvent.type(field, "forecast{Enter}");
  await waitFor(() => expect(docStore.getState().id).toBe("forecast"));
  expect(posts().map(({ body }) => JSON.parse(body))).toEqual([{ id: "forecast" }]);
});

test("a published workflow that comes from outside takes its name as id at once, any other one a made-up one", async () => {
  expect(await idFor({ ...DOC, publish: ["model"] })).toBe("tells-the-weather-2");
  expect(isMadeUp(await idFor(DOC))).toBe(true);
});

test("where it cannot be, the id stays", async () => {
  openDoc({ doc: { ...DOC, publish: ["tool"] }, id: "weather", version: 3 });
  backend.routes["POST /api/workflows/weather/rename"] = problem(
    409,
    "Another workflow has it.",
    "Choose another.",
  );
  show(<InspectorPanel />);
  const field = publish().getByRole("textbox", { name: "Id" });
  await userEvent.clear(field);
  await userEvent.type(field, "taken{Enter}");
  await waitFor(() => expect(posts()).toHaveLength(1));
  await waitFor(() => expect(field).toHaveValue("weather"));
  expect(docStore.getState()).toMatchObject({ id: "weather", saved: "saved" });
});

test("a page that shows a workflow follows when it is renamed elsewhere, with what is written there", () => {
  openDoc({ doc: DOC, id: "weather", version: 3 });
  chatStore.setState({ id: "weather", draft: "half a sen" });
  followRename("another", "else");
  expect(docStore.getState().id).toBe("weather");
  followRename("weather", "forecast");
  expect(docStore.getState().id).toBe("forecast");
  expect(chatStore.getState()).toMatchObject({ id: "forecast", draft: "half a sen" });
});

test("lines to copy say where the token goes, if the server wants one", () => {
  openDoc({ doc: { ...DOC, publish: ["model", "tool"] }, id: "weather", version: 3 });
  serverStore.setState({ info: { public_url: "http://localhost:8123", token_required: true } as never });
  show(<InspectorPanel />);
  expect(publish().getByText(/api_key="your token"/)).toBeVisible();
  expect(publish().getByText(/Bearer your-token/)).toBeVisible();
  act(() =>
    serverStore.setState({ info: { public_url: "http://localhost:8123", token_required: false } as never }),
  );
  expect(publish().getByText(/api_key="none"/)).toBeVisible();
  expect(publish().queryByText(/your-token/)).toBeNull();
});

test("a run that is shown at once shows the calls that wait, and its row says so", () => {
  const head = { run_id: "r1", workflow_id: "weather", name: "Weather", started_at: 1, finished_at: null };
  const run = { ...head, status: "running" as const, cost_usd: null, firings: 2, asking: 1 };
  const asked = { node: "t", firing: 2, call_id: "c1", name: "get_weather", arguments: { city: "Graz" } };
  const known = { outputs: { t: { output: {} } }, displayed: [], errors: [], waiting: [], receipts: [] };
  showRun({ ...run, ...known, approvals: [asked], last_seq: 5_000 });
  expect(runStore.getState().asking).toMatchObject([asked]);
  expect(nodeRun("t")).toMatchObject({ status: "asks", asking: [asked] });
  show(<RunRow run={run} shown={false} onShow={() => {}} />);
  expect(screen.getByText("waits for you")).toBeVisible();
});
