import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApprovalNotice, ApprovalStatus } from "../../src/frame/Approvals";
import { documentWith } from "../../src/model/document";
import { ApprovalBox } from "../../src/nodes/ApprovalBox";
import { NodeFooter } from "../../src/nodes/NodeFooter";
import { InspectorPanel } from "../../src/panels/inspector/InspectorPanel";
import { currentDoc, selectNodes, serverStore } from "../../src/state";
import { setLibrary } from "../../src/state/libraryStore";
import { beginRun, flush, takeEvent } from "../../src/state/runStore";
import { definition, input, output, widget } from "../model/sample";
import { type Backend, openEditor, show, startBackend, status } from "./harness";

const TOOL = definition("tool", {
  title: "Weather Tool",
  inputs: [input("tool_call", "ANY", { do_not_wait: true, many: true, required: false })],
  outputs: [output("output", "ANY")],
  widgets: [widget("city"), widget("limit", { default: "", advanced: true })],
});
const DOC = documentWith({
  nodes: {
    t: { type: "tool" },
    in: { type: "input", values: { name: "prompt", required: true } },
    out: { type: "output", values: { name: "response" } },
  },
});

let backend: Backend;
beforeEach(async () => {
  backend = await startBackend({ "POST /api/runs/r1/approvals/c%2F1": status(204) });
  openEditor(DOC);
  setLibrary({ nodes: [TOOL], connections: {} });
  beginRun({ runId: "r1", status: "running" });
});
afterEach(() => backend.close());

function ask(call_id: string, seq: number, args: Record<string, string> = { city: "Graz" }): void {
  const stamp = { run_id: "r1", at: 1, node: "t", firing: 1 };
  takeEvent({ ...stamp, seq, kind: "approval_asked", call_id, name: "get_weather", arguments: args });
  flush();
}

/** Wait until the server was told this. */
const answered = (said: { approved: boolean; reason: string }) =>
  vi.waitFor(() => expect(backend.asked.map(({ body }) => body)).toContain(JSON.stringify(said)));

test("a call that waits shows what would be called with what, and is allowed with one click", async () => {
  ask("c/1", 1);
  show(<ApprovalBox id="t" />);
  const box = screen.getByRole("region", { name: "Allow get_weather?" });
  expect(box).toHaveTextContent('"city": "Graz"');
  await userEvent.click(within(box).getByRole("button", { name: "Allow" }));
  await answered({ approved: true, reason: "" });
});

test("it is refused with a reason, by Enter", async () => {
  ask("c/1", 1);
  show(<ApprovalBox id="t" />);
  await userEvent.type(screen.getByRole("textbox", { name: "Reason for a refusal" }), "too dear {Enter}");
  await answered({ approved: false, reason: "too dear" });
});

test("a foot with a question in it stays in one line", () => {
  show(<NodeFooter id="t" definition={{ ...TOOL, paid: true }} />);
  expect(screen.getByText("paid call")).toBeVisible();
  act(() => openEditor(documentWith({ nodes: { t: { type: "tool", ask: true } } })));
  expect(screen.getByText("asks first")).toBeVisible();
  expect(screen.queryByText("paid call")).toBeNull();
});

test("long arguments are cut, with a way to see all", async () => {
  ask("c/1", 1, { text: "x".repeat(5_000) });
  show(<ApprovalBox id="t" />);
  const box = screen.getByRole("region", { name: "Allow get_weather?" });
  expect(box.textContent?.length).toBeLessThan(700);
  await userEvent.click(within(box).getByRole("button", { name: /Show all/ }));
  expect(box.textContent?.length).toBeGreaterThan(5_000);
});

test("whoever looks elsewhere is told how many calls wait, until none does", () => {
  show(
    <>
      <ApprovalNotice />
      <ApprovalStatus />
    </>,
  );
  expect(screen.queryByRole("button")).toBeNull();
  act(() => ask("c1", 1));
  act(() => ask("c2", 2));
  expect(screen.getByRole("status")).toHaveTextContent("2 calls wait for you: Weather Tool");
  expect(screen.getByRole("button", { name: "2 calls wait for you" })).toBeVisible();
  const given = { kind: "approval_given", node: "t", firing: 1, run_id: "r1", at: 1 } as const;
  act(() => {
    takeEvent({ ...given, seq: 3, call_id: "c1", approved: true, reason: "" });
    takeEvent({ ...given, seq: 4, call_id: "c2", approved: false, reason: "" });
    flush();
  });
  expect(screen.queryByRole("button")).toBeNull();
});

test("a tool asks first when it is switched on, and its advanced settings stand apart", async () => {
  selectNodes(["t"]);
  show(<InspectorPanel />);
  await userEvent.click(screen.getByRole("switch", { name: "Ask before each call" }));
  expect(currentDoc().nodes.t).toEqual({ type: "tool", ask: true });
  expect(within(screen.getByRole("region", { name: "Settings" })).queryByText("limit")).toBeNull();
  expect(within(screen.getByRole("region", { name: "Advanced" })).getByText("limit")).toBeVisible();
});

test("a workflow is published by switches, which say how it is used", async () => {
  serverStore.setState({ info: { public_url: "http://localhost:8123" } as never });
  show(<InspectorPanel />);
  const section = within(screen.getByRole("region", { name: "Publish" }));
  expect(section.queryByText("OpenAI SDK")).toBeNull();
  await userEvent.click(section.getByRole("switch", { name: "Tool" }));
  expect(section.getByText("http://localhost:8123/mcp")).toBeVisible();
  await userEvent.click(section.getByRole("switch", { name: "Model" }));
  expect(section.getByText(/base_url="http:\/\/localhost:8123\/v1"/)).toHaveTextContent('model="w1"');
  expect(section.getByRole("button", { name: "prompt text" })).toBeVisible();
  expect(section.getByRole("button", { name: "response result" })).toBeVisible();
  await userEvent.type(section.getByRole("textbox", { name: "Description" }), "Tells the weather.");
  expect(currentDoc()).toMatchObject({ publish: ["model", "tool"], description: "Tells the weather." });
  await userEvent.click(section.getByRole("switch", { name: "Model" }));
  await userEvent.click(section.getByRole("switch", { name: "Tool" }));
  expect("publish" in currentDoc()).toBe(false);
});
