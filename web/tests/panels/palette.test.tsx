import { createEvent, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { PalettePanel } from "../../src/panels/palette/PalettePanel";
import { DRAG_TYPE } from "../../src/panels/palette/PaletteRow";
import { trackRecent } from "../../src/panels/palette/recent";
import { currentDoc } from "../../src/state";
import { libraryStore } from "../../src/state/libraryStore";
import { openEditor, show } from "./harness";

beforeEach(() => openEditor());

const types = () => Object.values(currentDoc().nodes).map(({ type }) => type);

test("typing and Enter adds the best match", async () => {
  show(<PalettePanel />);
  await userEvent.type(screen.getByRole("combobox", { name: "Find a node" }), "imag{Enter}");
  expect(types().filter((type) => type === "gpt_image")).toHaveLength(2);
});

test("arrows walk through the categories and Enter adds what is marked", async () => {
  show(<PalettePanel />);
  const field = screen.getByRole("combobox");
  await userEvent.type(field, "{ArrowDown}{ArrowDown}");
  const marked = screen.getByRole("option", { selected: true });
  expect(field).toHaveAttribute("aria-activedescendant", marked.id);
  expect(marked).toHaveTextContent("GPT Image");
  await userEvent.keyboard("{Enter}");
  expect(types().filter((type) => type === "gpt_image")).toHaveLength(2);
});

test("a click adds, and what was added is then among the recent ones", async () => {
  const stop = trackRecent();
  show(<PalettePanel />);
  const output = screen.getByRole("group", { name: "Output" });
  await userEvent.click(within(output).getByRole("option", { name: "Display Output" }));
  expect(types().filter((type) => type === "display_output")).toHaveLength(2);
  expect(
    within(screen.getByRole("group", { name: "Recent" })).getByRole("option", { name: "Display Output" }),
  ).toBeVisible();
  stop();
});

test("a dragged row carries the type of the node", () => {
  show(<PalettePanel />);
  const carried = new Map<string, string>();
  const row = within(screen.getByRole("group", { name: "Input" })).getByRole("option", { name: "Text" });
  const drag = createEvent.dragStart(row);
  Object.defineProperty(drag, "dataTransfer", {
    value: { setData: (type: string, data: string) => carried.set(type, data) },
  });
  fireEvent(row, drag);
  expect(carried.get(DRAG_TYPE)).toBe("text");
});

test("a search without a match says so and offers to clear it", async () => {
  show(<PalettePanel />);
  await userEvent.type(screen.getByRole("combobox"), "qqqq");
  expect(screen.getByText(/No node is called or described as “qqqq”/)).toBeVisible();
  await userEvent.click(screen.getByText("Clear the search"));
  expect(screen.getAllByRole("option").length).toBeGreaterThan(2);
});

test("it shows the shape of what comes while loading, and cause and remedy when that failed", () => {
  libraryStore.setState({ status: "loading", nodes: [] });
  const { unmount } = show(<PalettePanel />);
  expect(screen.getByText("Loading")).toBeInTheDocument();
  unmount();
  libraryStore.setState({ status: "failed" });
  show(<PalettePanel />);
  expect(screen.getByRole("alert")).toHaveTextContent(/could not be loaded.*reload/i);
});
