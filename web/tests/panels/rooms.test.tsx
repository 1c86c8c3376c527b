import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DocsPanel } from "../../src/panels/docs/DocsPanel";
import { FilesPanel } from "../../src/panels/files/FilesPanel";
import { HistoryPanel } from "../../src/panels/history/HistoryPanel";
import { SecretsPanel } from "../../src/panels/secrets/SecretsPanel";
import { SettingsPanel } from "../../src/panels/settings/SettingsPanel";
import { ShortcutsDialog } from "../../src/panels/shortcuts/ShortcutsDialog";
import { WorkflowsPanel } from "../../src/panels/workflows/WorkflowsPanel";
import { askForSecret, docStore, serverStore, showDocs, viewStore } from "../../src/state";
import { runStore } from "../../src/state/runStore";
import { type Backend, LION, openEditor, problem, show, startBackend, status } from "./harness";

let backend: Backend;

beforeEach(() => openEditor());
afterEach(() => backend.close());

const file = (filename: string) => ({
  filename,
  url: `http://localhost:8000/servable/${filename}`,
  size: 1_400_000,
  media_type: "image/png",
  width: 1024,
  height: 1024,
  created_at: "2026-11-20T10:00:00Z",
  original_name: null,
});
const made = () => backend.asked.filter(({ method }) => method !== "GET");

test("files are shown with their total, and are deleted only after a yes", async () => {
  const list = { files: [file("a.png"), file("b.png")], count: 2, total_size: 2_800_000 };
  backend = await startBackend({ "GET /api/files": list, "DELETE /api/files/a.png": status(204) });
  show(<FilesPanel />);
  await waitFor(() => expect(screen.getByText("2 files · 2.8 MB")).toBeVisible());
  await userEvent.click(screen.getByRole("button", { name: "Delete a.png" }));
  expect(made()).toEqual([]);
  await userEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(made()).toMatchObject([{ method: "DELETE", url: "/api/files/a.png" }]));
});

test("an empty gallery teaches and offers one button, which asks for files", async () => {
  backend = await startBackend({ "GET /api/files": { files: [], count: 0, total_size: 0 } });
  show(<FilesPanel />);
  await waitFor(() => expect(screen.getByText(/Drop files to add your own/)).toBeVisible());
  const asked = new Promise((done) => {
    screen.getByLabelText("Choose files to add").addEventListener("click", done);
  });
  await userEvent.click(screen.getByText("Add a file"));
  await asked;
});

test("a list that cannot be had says why, and another try helps", async () => {
  backend = await startBackend({ "GET /api/files": problem(503, "The disk is away.", "Attach it again.") });
  show(<FilesPanel />);
  expect(await screen.findByRole("alert")).toHaveTextContent("The disk is away. Attach it again.");
  backend.routes["GET /api/files"] = { files: [file("a.png")], count: 1, total_size: 1_400_000 };
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.getByText("1 file · 1.4 MB")).toBeVisible());
});

const summary = (run_id: string, state: string) => ({
  run_id,
  workflow_id: "w1",
  name: "A lion",
  status: state,
  started_at: 1_700_000_000,
  finished_at: state === "running" ? null : 1_700_000_024,
  cost_usd: 0.167,
  firings: 3,
});
const detail = (run_id: string, state: string) => ({
  ...summary(run_id, state),
  outputs: { image: { image_url: "/servable/a.png" } },
  displayed: [
    { node: "show", title: "", content_type: "text", data: "Words of the past", at: 1_700_000_010 },
  ],
  errors: [],
  waiting: [],
  receipts: [
    {
      node: "image",
      firing: 1,
      state: "sent",
      model: "gpt-image-1",
      cost_usd: null,
      charged: "unknown",
      created_at: 1_700_000_005,
    },
  ],
});

test("a click on a past run shows it again, with its paid calls", async () => {
  backend = await startBackend({
    "GET /api/runs": { runs: [summary("r2", "failed"), summary("r1", "succeeded")] },
    "GET /api/runs/r1": detail("r1", "succeeded"),
  });
  show(<HistoryPanel />);
  await userEvent.click(await screen.findByRole("button", { name: /done/ }));
  await waitFor(() => expect(runStore.getState()).toMatchObject({ runId: "r1", status: "succeeded" }));
  expect(runStore.getState().displayed[0]?.data).toBe("Words of the past");
  const calls = await screen.findByRole("region", { name: "Paid calls" });
  expect(calls).toHaveTextContent("gpt-image-1 · sent · may have been charged");
});

test("an interrupted run offers to go on, and is then followed", async () => {
  backend = await startBackend({
    "GET /api/runs": { runs: [summary("r1", "interrupted")] },
    "GET /api/runs/r1": detail("r1", "interrupted"),
    "POST /api/runs/r1/resume": status(202, { run_id: "r1", status: "running" }),
  });
  show(<HistoryPanel />);
  await userEvent.click(await screen.findByRole("button", { name: /interrupted/ }));
  await userEvent.click(await screen.findByRole("button", { name: "Resume" }));
  await waitFor(() => expect(made()).toMatchObject([{ url: "/api/runs/r1/resume" }]));
  await waitFor(() => expect(runStore.getState().status).toBe("running"));
});

test("a call that was never answered is made again only when the person says so", async () => {
  backend = await startBackend({
    "GET /api/runs": { runs: [summary("r1", "interrupted")] },
    "GET /api/runs/r1": detail("r1", "interrupted"),
    "GET /api/runs/r2": detail("r2", "running"),
    "POST /api/runs/r1/resume": status(202, { run_id: "r2", status: "running" }),
  });
  show(<HistoryPanel />);
  await userEvent.click(await screen.findByRole("button", { name: /interrupted/ }));
  await waitFor(() => expect(screen.getByText(/may have been charged\. You decide/)).toBeVisible());
  await userEvent.click(screen.getByRole("button", { name: "Resume and call again" }));
  await waitFor(() => expect(made()[0]?.body).toBe('{"retry_unknown":true}'));
  await waitFor(() => expect(runStore.getState()).toMatchObject({ runId: "r2", status: "running" }));
});

test("the history is read page by page", async () => {
  const page = (from: number, count: number) => ({
    runs: Array.from({ length: count }, (_, at) => summary(`r${from - at}`, "succeeded")),
  });
  backend = await startBackend({
    "GET /api/runs?limit=50": page(99, 50),
    "GET /api/runs?limit=50&before=r50": page(49, 3),
  });
  show(<HistoryPanel />);
  await userEvent.click(await screen.findByRole("button", { name: "Show older runs" }));
  await waitFor(() => expect(screen.getAllByRole("button", { name: /done/ })).toHaveLength(53));
  expect(screen.queryByRole("button", { name: "Show older runs" })).toBeNull();
});

test("a secret is added by name and value, and its value is nowhere afterwards", async () => {
  const names: Array<{ name: string; updated_at: number }> = [];
  backend = await startBackend({
    "GET /api/secrets": () => ({ secrets: names }),
    "PUT /api/secrets/openai": () => {
      names.push({ name: "openai", updated_at: 1_700_000_000 });
      return status(204);
    },
  });
  show(<SecretsPanel />);
  await userEvent.click(await screen.findByRole("button", { name: "Add a key" }));
  await userEvent.type(screen.getByLabelText("Value"), "sk-very-secret");
  expect(screen.getByLabelText("Value")).toHaveAttribute("type", "password");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.getByRole("button", { name: "Replace openai" })).toBeVisible());
  expect(made()).toEqual([{ method: "PUT", url: "/api/secrets/openai", body: '{"value":"sk-very-secret"}' }]);
  expect(document.body.innerHTML).not.toContain("sk-very-secret");
  await waitFor(() => expect(serverStore.getState().secrets).toEqual(["openai"]));
});

test("a name that cannot be is refused while typing", async () => {
  backend = await startBackend({ "GET /api/secrets": { secrets: [{ name: "openai", updated_at: 1 }] } });
  show(<SecretsPanel />);
  await userEvent.click(await screen.findByRole("button", { name: "Add a secret" }));
  await userEvent.type(screen.getByLabelText("Name"), "1key");
  expect(screen.getByLabelText("Name")).toBeInvalid();
  await userEvent.clear(screen.getByLabelText("Name"));
  await userEvent.type(screen.getByLabelText("Name"), "openai");
  expect(screen.getByLabelText("Name")).toHaveAccessibleDescription(/taken/);
});

test("a secret that a node asked for is asked for by name; a known one is replaced", async () => {
  backend = await startBackend({
    "GET /api/secrets": { secrets: [{ name: "openai", updated_at: 1 }] },
    "PUT /api/secrets/openai": status(204),
    "DELETE /api/secrets/openai": status(204),
  });
  askForSecret("openai");
  show(<SecretsPanel />);
  await userEvent.type(await screen.findByLabelText("New value of openai"), "sk-two{Enter}");
  await waitFor(() => expect(made()).toHaveLength(1));
  await userEvent.click(screen.getByRole("button", { name: "Remove openai" }));
  await userEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Remove" }));
  await waitFor(() => expect(made().at(-1)).toMatchObject({ method: "DELETE", url: "/api/secrets/openai" }));
});

test("settings are sent when a field is left, and a refusal puts the old value back", async () => {
  backend = await startBackend({
    "GET /api/settings": { max_cost_usd_per_day: 2, sandbox: true },
    "GET /api/info": {
      version: "0.1.0",
      public_url: "http://localhost:8000",
      sandbox: true,
      keys: {},
      nodes: 3,
    },
    "PATCH /api/settings": problem(422, "A cap is above zero.", "Give a larger number."),
  });
  show(<SettingsPanel />);
  const field = await screen.findByLabelText("Max cost per day (US dollars)");
  await userEvent.clear(field);
  await userEvent.type(field, "x");
  expect(field).toBeInvalid();
  await userEvent.clear(field);
  await userEvent.type(field, "5{Enter}");
  await waitFor(() => expect(made()[0]?.body).toBe('{"max_cost_usd_per_day":5}'));
  await userEvent.click(screen.getByRole("radio", { name: "Light" }));
  expect(document.documentElement.dataset.theme).toBe("light");
});

test("all keys are listed in one dialog, which the settings lead to", async () => {
  backend = await startBackend({ "GET /api/settings": {} });
  const close = () => undefined;
  show(<SettingsPanel />);
  await userEvent.click(screen.getByRole("button", { name: "Keyboard shortcuts" }));
  expect(viewStore.getState().shortcuts).toBe(true);
  show(<ShortcutsDialog open onOpenChange={close} />);
  const dialog = screen.getByRole("dialog", { name: "Keyboard shortcuts" });
  expect(within(dialog).getByText("Fit everything")).toBeVisible();
  expect(within(dialog).getByText("Double click")).toBeVisible();
});

const pages = [
  {
    slug: "first-picture",
    title: "First picture",
    kind: "guide",
    category: "Guides",
    description: "Begin here",
  },
  {
    slug: "gpt_image",
    type: "gpt_image",
    title: "GPT Image",
    kind: "node",
    category: "AI",
    description: "Draws",
  },
];

test("a page of the documentation leads to another without leaving the editor", async () => {
  backend = await startBackend({
    "GET /api/docs": { pages },
    "GET /api/docs/first-picture": {
      slug: "first-picture",
      title: "First picture",
      markdown: "# First picture\n\nSee [the node](../nodes/gpt_image.md) or [the web](https://example.com).",
    },
    "GET /api/docs/gpt_image": {
      slug: "gpt_image",
      title: "GPT Image",
      markdown: "| a | b |\n|---|---|\n| 1 | 2 |",
    },
  });
  show(<DocsPanel />);
  await userEvent.click(await screen.findByRole("button", { name: /First picture/ }));
  expect(await screen.findByRole("link", { name: "the web" })).toHaveAttribute("target", "_blank");
  await userEvent.click(await screen.findByRole("button", { name: "the node" }));
  await waitFor(() => expect(screen.getByRole("table")).toBeVisible());
  await userEvent.click(screen.getByRole("button", { name: "All pages" }));
  await userEvent.type(screen.getByRole("searchbox"), "draws");
  expect(screen.queryByRole("button", { name: /First picture/ })).toBeNull();
  expect(screen.getByRole("button", { name: /GPT Image/ })).toBeVisible();
});

test("the documentation of a node type opens at its page, and a missing page says so", async () => {
  backend = await startBackend({ "GET /api/docs": { pages } });
  showDocs("gpt_image");
  show(<DocsPanel />);
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no /api/docs/gpt_image.");
});

test("workflows are opened from the server's list, the open one is marked and cannot be deleted", async () => {
  const workflows = [
    { id: "w1", name: "A lion", version: 3, updated_at: 1_700_000_000 },
    { id: "w2", name: "A tiger", version: 1, updated_at: 1_700_000_100 },
  ];
  backend = await startBackend({
    "GET /api/workflows": { workflows },
    "GET /api/workflows/w2": { id: "w2", version: 1, updated_at: 1, workflow: { ...LION, name: "A tiger" } },
  });
  show(<WorkflowsPanel />);
  expect(await screen.findByRole("button", { name: "Delete A lion" })).toBeDisabled();
  await userEvent.click(screen.getByRole("button", { name: /^A tiger/ }));
  await waitFor(() => expect(docStore.getState()).toMatchObject({ id: "w2", doc: { name: "A tiger" } }));
});
