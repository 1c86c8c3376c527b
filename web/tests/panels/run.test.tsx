import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import type { Displayed, LogLevel } from "../../src/model/types";
import { DisplayPanel } from "../../src/panels/display/DisplayPanel";
import { LogPanel } from "../../src/panels/log/LogPanel";
import { viewStore } from "../../src/state";
import { runStore } from "../../src/state/runStore";
import { giveHeights, openEditor, show } from "./harness";

giveHeights();
beforeEach(() => openEditor());

const shown = (
  seq: number,
  content_type: Displayed["content_type"],
  data: Displayed["data"],
  title = "",
): Displayed => ({
  kind: "displayed",
  seq,
  run_id: "r1",
  at: 1_700_000_000 + seq,
  node: "show",
  firing: 1,
  title,
  content_type,
  data,
});
const ran = (displayed: Displayed[]) => runStore.setState({ runId: "r1", status: "succeeded", displayed });

test("before the first run one line teaches and one button runs", () => {
  show(<DisplayPanel />);
  expect(screen.getByText(/Run the workflow/)).toBeVisible();
  const empty = document.querySelector<HTMLElement>(".ui-empty") as HTMLElement;
  expect(
    within(empty)
      .getAllByRole("button")
      .map((button) => button.textContent),
  ).toEqual(["Run"]);
});

test("entries stand in order, with who showed them", async () => {
  ran([shown(1, "text", "First **words**"), shown(2, "json", { a: 1 }, "Facts")]);
  show(<DisplayPanel />);
  const names = screen.getAllByRole("article").map((entry) => entry.getAttribute("aria-label"));
  expect(names).toEqual(["Display Output", "Facts"]);
  expect(await screen.findByText("words")).toHaveProperty("tagName", "STRONG");
  expect(screen.getByText(/"a": 1/)).toBeVisible();
});

test("HTML in a text is shown as text, and its pictures elsewhere are not fetched", async () => {
  ran([shown(1, "text", "<img src=x onerror=alert(1)> **b** ![spy](https://tracker.example/p.gif)")]);
  show(<DisplayPanel />);
  await screen.findByText("b");
  expect(document.querySelectorAll(".pn-feed img")).toHaveLength(0);
  expect(screen.getByText(/<img src=x/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Load picture from tracker.example" })).toBeVisible();
});

test("a picture of ours is shown with its name, size and a link; one from elsewhere waits for the person", () => {
  const asset = {
    filename: "gpt_image_1f9c20ab.png",
    url: "http://localhost:8000/servable/gpt_image_1f9c20ab.png",
    media_type: "image/png",
    size: 1_400_000,
    width: 1024,
    height: 1536,
  };
  ran([shown(1, "image", asset), shown(2, "image", "https://pictures.example/a.png")]);
  show(<DisplayPanel />);
  const [own, other] = screen.getAllByRole("article");
  expect(within(own as HTMLElement).getByRole("img")).toHaveAttribute(
    "src",
    `${location.origin}/servable/gpt_image_1f9c20ab.png`,
  );
  expect(own).toHaveTextContent("gpt_image_1f9c20ab.png · 1024×1536 · 1.4 MB");
  expect(within(other as HTMLElement).queryByRole("img")).toBeNull();
  expect(other).toHaveTextContent("pictures.example");
});

test("a prompt of 8,000 characters is cut, with a way to see all", async () => {
  ran([shown(1, "text", "lion ".repeat(1600))]);
  show(<DisplayPanel />);
  await userEvent.click(screen.getByRole("button", { name: /Show all 8,000 characters/ }));
  expect(screen.getByRole("button", { name: "Show less" })).toBeVisible();
});

test("an error is shown with its remedy, and its node is one click away", async () => {
  const error = { node: "image", message: "No API key.", remedy: "Add the secret openai.", code: "no_key" };
  runStore.setState({ runId: "r1", status: "failed", errors: [error] });
  show(<DisplayPanel />);
  expect(screen.getByRole("alert")).toHaveTextContent("No API key. Add the secret openai.");
  await userEvent.click(screen.getByRole("button", { name: "The painter" }));
  expect([...viewStore.getState().selection]).toEqual(["image"]);
});

test("clearing takes results off the screen and stays so when the panel comes back", async () => {
  ran([shown(1, "text", "Old words")]);
  const { unmount } = show(<DisplayPanel />);
  await userEvent.click(screen.getByRole("button", { name: "Conversation" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Clear" }));
  expect(screen.queryByRole("article")).toBeNull();
  unmount();
  show(<DisplayPanel />);
  expect(screen.queryByRole("article")).toBeNull();
  act(() => ran([...runStore.getState().displayed, shown(2, "text", "New words")]));
  await waitFor(() => expect(screen.getByText("New words")).toBeVisible());
});

const said = (count: number, level: LogLevel = "info") =>
  Array.from({ length: count }, (_, at) => ({
    seq: at + 1,
    at: 1_700_000_000 + at,
    node: "image",
    level: at === 7 ? ("error" as const) : level,
    message: at === 7 ? "The call failed" : `Saved file ${at}`,
  }));

test("two thousand lines are written with only those in view in the page", () => {
  runStore.setState({ runId: "r1", log: said(2000) });
  show(<LogPanel />);
  const lines = document.querySelectorAll(".pn-line");
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.length).toBeLessThan(120);
});

test("the log is narrowed by level and by words, and can be shown whole again", async () => {
  runStore.setState({ runId: "r1", log: said(20) });
  show(<LogPanel />);
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Least level" }), "error");
  expect(document.querySelectorAll(".pn-line")).toHaveLength(1);
  expect(document.querySelector(".pn-line")).toHaveTextContent("error");
  await userEvent.type(screen.getByRole("searchbox", { name: "Search the log" }), "zebra");
  await userEvent.click(screen.getByRole("button", { name: "Show all" }));
  expect(document.querySelectorAll(".pn-line").length).toBeGreaterThan(5);
});

test("a cleared log stays clear until something new is said", async () => {
  runStore.setState({ runId: "r1", log: said(3) });
  show(<LogPanel />);
  await userEvent.click(screen.getByRole("button", { name: "Clear the log" }));
  expect(screen.getByText("What nodes say while they run is written here.")).toBeVisible();
  const log = [
    ...runStore.getState().log,
    { seq: 9, at: 1_700_000_009, node: null, level: "info" as const, message: "Fresh" },
  ];
  act(() => runStore.setState({ log }));
  await waitFor(() => expect(screen.getByText("Fresh")).toBeVisible());
});

test("copying the log gives one line of text per entry that is shown", async () => {
  runStore.setState({ runId: "r1", log: said(2) });
  const user = userEvent.setup();
  show(<LogPanel />);
  await user.click(screen.getByRole("button", { name: "Copy the log" }));
  const text = await navigator.clipboard.readText();
  expect(text.split("\n")).toHaveLength(2);
  expect(text).toMatch(/info The painter Saved file 0/);
});
