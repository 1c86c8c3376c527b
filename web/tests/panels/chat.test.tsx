import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DisplayEntry, QueuedMessage } from "../../src/api";
import { documentWith } from "../../src/model/document";
import { DisplayPanel } from "../../src/panels/display/DisplayPanel";
import { chatStore, docStore, startChat } from "../../src/state";
import { refreshChat } from "../../src/state/chat";
import { setLibrary } from "../../src/state/libraryStore";
import { runStore } from "../../src/state/runStore";
import { type Backend, giveHeights, NODES, openEditor, problem, show, startBackend, status } from "./harness";

const ECHO = documentWith({
  name: "Echo",
  nodes: { chat: { type: "display_input" }, show: { type: "display_output" } },
  links: ["chat.user_input -> show.data"],
});
const DISPLAY = "/api/workflows/w1/display";

let backend: Backend;
let kept: DisplayEntry[] = [];
let queued: QueuedMessage[] = [];
let stop = () => {};

const said = (data: string, run_id: string | null): DisplayEntry => ({
  node_id: null,
  node_title: "User",
  content_type: "text",
  data,
  timestamp: null,
  run_id,
  seq: null,
});

giveHeights();
beforeEach(async () => {
  kept = [];
  queued = [];
  backend = await startBackend({
    [`GET ${DISPLAY}`]: () => ({ entries: kept, queued }),
    [`DELETE ${DISPLAY}`]: () => {
      kept = [];
      return status(204);
    },
    [`PUT ${DISPLAY}`]: ({ body }: { body: string }) => {
      kept = JSON.parse(body).entries;
      return { entries: kept, queued };
    },
    [`POST ${DISPLAY}/messages`]: ({ body }: { body: string }) => {
      const run_id = `r${kept.length + 1}`;
      kept = [...kept, said(JSON.parse(body).text, run_id)];
      return status(202, { run_id, queued: 0 });
    },
  });
  openEditor(ECHO);
  const [, , output] = NODES;
  setLibrary({
    nodes: [...NODES, { ...(output as (typeof NODES)[0]), type: "display_input", title: "Display Input" }],
    connections: {},
  });
  docStore.setState({ saved: "saved" });
  stop = startChat();
  await refreshChat();
});
afterEach(async () => {
  stop();
  act(() => openEditor());
  chatStore.setState({ entries: [], queued: [], outbox: [], draft: "" });
  await backend.close();
});

const field = () => screen.getByRole("textbox", { name: "Write a message" });
const posted = () =>
  backend.asked.filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(body).text);

test("Enter sends, Shift and Enter begin a new line", async () => {
  show(<DisplayPanel />);
  await userEvent.type(field(), "one{Shift>}{Enter}{/Shift}two{Enter}");
  await waitFor(() => expect(posted()).toEqual(["one\ntwo"]));
  expect(field()).toHaveValue("");
  const log = within(screen.getByRole("log"));
  await waitFor(() => expect(log.getByText(/one\s+two/)).toBeVisible());
});

test("a blank message is not sent", async () => {
  show(<DisplayPanel />);
  await userEvent.type(field(), "   {Enter}");
  expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();
  expect(posted()).toEqual([]);
});

test("messages written quickly are all sent, in order, and none is shown twice", async () => {
  show(<DisplayPanel />);
  await userEvent.type(field(), "one{Enter}two{Enter}three{Enter}");
  await waitFor(() => expect(posted()).toEqual(["one", "two", "three"]));
  await waitFor(() => expect(chatStore.getState().outbox).toEqual([]));
  const shown = screen.getAllByRole("article", { name: "You" }).map((each) => each.textContent);
  expect(shown).toEqual(["Youone", "Youtwo", "Youthree"]);
});

test("what the server refuses is there to be sent again", async () => {
  backend.routes[`POST ${DISPLAY}/messages`] = problem(422, "It cannot run.", "Mend it.");
  show(<DisplayPanel />);
  await userEvent.type(field(), "one{Enter}");
  await waitFor(() => expect(field()).toHaveValue("one"));
  expect(screen.queryByRole("article")).toBeNull();
});

test("a message that waits is shown as such and can be taken back", async () => {
  queued = [{ run_id: "r9", text: "later" }];
  await refreshChat();
  backend.routes[`DELETE ${DISPLAY}/messages/r9`] = () => {
    queued = [];
    return status(204);
  };
  show(<DisplayPanel />);
  const waiting = screen.getByRole("article", { name: "You" });
  expect(waiting).toHaveTextContent("waits");
  await userEvent.click(within(waiting).getByRole("button", { name: "Take this message back" }));
  await waitFor(() => expect(screen.queryByRole("article")).toBeNull());
  expect(field()).toHaveValue("later");
});

test("while a run is under way it can be stopped beside the field", async () => {
  show(<DisplayPanel />);
  expect(screen.queryByRole("button", { name: "Stop the run" })).toBeNull();
  act(() => runStore.setState({ runId: "r1", status: "running" }));
  backend.routes["POST /api/runs/r1/cancel"] = { run_id: "r1", status: "cancelled" };
  await userEvent.click(screen.getByRole("button", { name: "Stop the run" }));
  await waitFor(() => expect(backend.asked.at(-1)?.url).toBe("/api/runs/r1/cancel"));
});

test("a workflow without a Display Input says so, and one button adds it", async () => {
  act(() => docStore.setState({ doc: { ...ECHO, nodes: {}, links: [] } }));
  show(<DisplayPanel />);
  expect(screen.queryByRole("textbox")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Add Display Input" }));
  expect(field()).toBeVisible();
  expect(screen.getByText(/Connect user_input/)).toBeVisible();
});

test("the conversation is cleared from its menu, on the server too", async () => {
  kept = [said("old", "r1")];
  await refreshChat();
  show(<DisplayPanel />);
  await userEvent.click(screen.getByRole("button", { name: "Conversation" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Clear" }));
  await waitFor(() => expect(screen.queryByRole("article")).toBeNull());
  expect(kept).toEqual([]);
});

test("another workflow has another conversation", async () => {
  kept = [said("mine", "r1")];
  await refreshChat();
  backend.routes["GET /api/workflows/w2/display"] = { entries: [said("its", "r2")], queued: [] };
  show(<DisplayPanel />);
  expect(screen.getByText("mine")).toBeVisible();
  act(() => docStore.setState({ id: "w2" }));
  await waitFor(() => expect(screen.getByText("its")).toBeVisible());
  expect(screen.queryByText("mine")).toBeNull();
});

test("code has a button that copies it", async () => {
  kept = [{ ...said("```python\nx = 1\n```", "r1"), node_id: "show", node_title: "Show", seq: 1 }];
  await refreshChat();
  const user = userEvent.setup();
  show(<DisplayPanel />);
  await user.click(await screen.findByRole("button", { name: "Copy code" }));
  expect(await navigator.clipboard.readText()).toBe("x = 1");
});

test("a picture elsewhere is asked for only when a person says so", async () => {
  const text = "![spy](https://tracker.example/p.gif) and <img src=x onerror=alert(1)><script>1</script>";
  kept = [{ ...said(text, "r1"), node_id: "show", node_title: "Show", seq: 1 }];
  await refreshChat();
  backend.routes["POST /api/elsewhere"] = problem(422, "It gave no picture.", "Open the link.");
  show(<DisplayPanel />);
  const load = await screen.findByRole("button", { name: "Load picture from tracker.example" });
  expect(document.querySelectorAll(".pn-feed :is(img, script, iframe)")).toHaveLength(0);
  expect(screen.getByRole("link", { name: "Open in a new tab" })).toHaveAttribute(
    "rel",
    "noopener noreferrer",
  );
  expect(backend.asked.some(({ url }) => url === "/api/elsewhere")).toBe(false);
  await userEvent.click(load);
  await waitFor(() => expect(screen.getByText("It gave no picture.")).toBeVisible());
  expect(JSON.parse(backend.asked.at(-1)?.body ?? "")).toEqual({ url: "https://tracker.example/p.gif" });
});
