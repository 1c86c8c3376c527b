import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Rail, RailPanel, SidePanel } from "../../src/panels";
import { checkStore, serverStore, viewStore } from "../../src/state";
import { runStore } from "../../src/state/runStore";
import { type Backend, openEditor, show, startBackend } from "./harness";

let backend: Backend;
beforeEach(async () => {
  openEditor();
  backend = await startBackend({ "GET /api/files": { files: [], count: 0, total_size: 0 } });
});
afterEach(() => backend.close());

test("the rail opens a room, and folds it away at the second click", async () => {
  show(
    <>
      <Rail />
      <RailPanel />
    </>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Files" }));
  expect(screen.getByRole("button", { name: "Files" })).toHaveAttribute("aria-pressed", "true");
  expect(screen.getByRole("region", { name: "Files" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Files" }));
  expect(screen.queryByRole("region")).toBeNull();
});

test("the side panel has four rooms, counts the problems, and folds away", async () => {
  const at = {
    severity: "error" as const,
    node: null,
    socket: null,
    widget: null,
    message: "m",
    remedy: "r",
  };
  checkStore.setState({
    problems: [
      { ...at, code: "a" },
      { ...at, code: "b" },
    ],
  });
  show(<SidePanel />);
  expect(screen.getAllByRole("tab").map((tab) => tab.textContent)).toEqual([
    "Display",
    "Inspector2",
    "Log",
    "Docs",
  ]);
  await userEvent.click(screen.getByRole("tab", { name: /Inspector/ }));
  expect(viewStore.getState().tab).toBe("inspector");
  await userEvent.click(screen.getByRole("button", { name: "Fold the side panel away" }));
  expect(screen.queryByRole("tab")).toBeNull();
});

test("the open room asks again when a run has ended and when a lost connection is back", async () => {
  show(
    <>
      <Rail />
      <RailPanel />
    </>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Files" }));
  const asked = () => backend.asked.filter(({ url }) => url === "/api/files").length;
  await waitFor(() => expect(asked()).toBe(1));
  act(() => runStore.setState({ runId: "r1", status: "succeeded" }));
  await waitFor(() => expect(asked()).toBe(2));
  act(() => serverStore.setState({ live: "lost" }));
  act(() => serverStore.setState({ live: "open" }));
  await waitFor(() => expect(asked()).toBe(3));
});
