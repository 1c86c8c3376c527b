import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { documentWith } from "../../src/model/document";
import { InspectorPanel } from "../../src/panels/inspector/InspectorPanel";
import { OutlinePanel } from "../../src/panels/outline/OutlinePanel";
import { checkStore, currentDoc, selectNodes, viewStore } from "../../src/state";
import { flush, runStore, takeEvent } from "../../src/state/runStore";
import { giveHeights, openEditor, show } from "./harness";

giveHeights();
beforeEach(() => openEditor());

test("with nothing selected it speaks of the workflow, its price and its problems", async () => {
  const problem = {
    code: "missing_input",
    severity: "error" as const,
    node: "image",
    socket: "prompt",
    widget: null,
    message: "GPT Image has no prompt.",
    remedy: "Connect a text to it.",
  };
  checkStore.setState({
    problems: [problem],
    estimate: { low_usd: 0.04, high_usd: 0.17, paid_calls: 1, repeated: 0, unknown: false },
  });
  show(<InspectorPanel />);
  expect(screen.getByText("4 nodes · 2 links · saved · version 3")).toBeVisible();
  expect(screen.getByText("≈ $0.040–0.170 for 1 paid call")).toBeVisible();
  expect(screen.getByText("GPT Image has no prompt.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Go to The painter" }));
  expect([...viewStore.getState().selection]).toEqual(["image"]);
  expect(screen.getByRole("heading", { name: "The painter" })).toBeVisible();
});

test("a sound workflow is said to be so, and an empty one teaches", () => {
  const { unmount } = show(<InspectorPanel />);
  expect(screen.getByText("Nothing stands in the way of a run.")).toBeVisible();
  unmount();
  openEditor(documentWith({}));
  show(<InspectorPanel />);
  expect(screen.getByText(/Add nodes and select one/)).toBeVisible();
});

test("a node shows its settings, which are edited here as on the canvas", async () => {
  selectNodes(["prompt"]);
  show(<InspectorPanel />);
  await userEvent.click(screen.getByText("A majestic lion"));
  const field = screen.getByRole("textbox", { name: "Text" });
  await userEvent.clear(field);
  await userEvent.type(field, "A small lion");
  expect(currentDoc().nodes.prompt?.values?.value).toBe("A small lion");
});

test("a node shows what the run did to it: time, cost, error with remedy and what was charged", () => {
  const stamp = { run_id: "r1", at: 1_700_000_000, node: "image", firing: 1 };
  runStore.setState({ runId: "r1", status: "running" });
  takeEvent({ ...stamp, seq: 1, kind: "node_fired" });
  takeEvent({ ...stamp, seq: 2, kind: "cost_added", usd: 0.167, model: "gpt-image-1", detail: null });
  takeEvent({
    ...stamp,
    seq: 3,
    kind: "node_failed",
    code: "timeout",
    message: "The provider did not answer.",
    remedy: "Try again.",
    charged: "unknown",
    seconds: 21.8,
  });
  flush();
  selectNodes(["image"]);
  show(<InspectorPanel />);
  expect(screen.getByText("failed · 21.8 s · $0.167")).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent(
    "The provider did not answer. Try again. The call may have been charged.",
  );
});

test("the last outputs of a node are shown by what they are", () => {
  runStore.setState({
    runId: "r1",
    outputs: { image: { image_url: "/servable/a.png", count: 3, facts: { size: "small" }, text: "words" } },
  });
  selectNodes(["image"]);
  show(<InspectorPanel />);
  expect(screen.getByRole("img", { name: "image_url" })).toBeVisible();
  expect(screen.getByText(/"size": "small"/)).toBeVisible();
  expect(screen.getByText("words")).toBeVisible();
});

test("a node of an unknown type is explained and kept", () => {
  selectNodes(["odd"]);
  show(<InspectorPanel />);
  expect(screen.getByRole("note")).toHaveTextContent("from_elsewhere is not installed");
});

test("several selected nodes are listed, and one is picked by a click", async () => {
  selectNodes(["prompt", "image"]);
  show(<InspectorPanel />);
  expect(screen.getByRole("heading", { name: "2 nodes selected" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: /The painter/ }));
  expect([...viewStore.getState().selection]).toEqual(["image"]);
});

test("the outline lists all nodes in reading order and leads to them by key", async () => {
  show(<OutlinePanel />);
  const names = () => screen.getAllByRole("option").map((row) => row.textContent);
  expect(names()).toEqual(["Textstartprompt", "The painterimage", "Display Outputshow", "oddodd"]);
  screen.getByRole("listbox").focus();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect([...viewStore.getState().selection]).toEqual(["image"]);
  await userEvent.type(screen.getByRole("searchbox"), "display{Enter}");
  expect(names()).toEqual(["Display Outputshow"]);
  expect([...viewStore.getState().selection]).toEqual(["show"]);
});

test("the outline of a thousand nodes keeps the page small and says how many there are", () => {
  const nodes = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`n${at}`, { type: "text" }]));
  act(() => openEditor(documentWith({ nodes })));
  show(<OutlinePanel />);
  const rows = screen.getAllByRole("option");
  expect(rows.length).toBeLessThan(80);
  expect(rows[0]).toHaveAttribute("aria-setsize", "1000");
  expect(screen.getByText("1,000 nodes")).toBeVisible();
});
