import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import {
  Button,
  Confirm,
  Copy,
  Cut,
  Dialog,
  Field,
  IconButton,
  Input,
  Menu,
  PointMenu,
  Tabs,
} from "../../src/ui";

test("a busy button says so and refuses a second click", async () => {
  const click = vi.fn();
  render(
    <Button busy onClick={click}>
      Save
    </Button>,
  );
  const button = screen.getByRole("button", { name: "Save" });
  await userEvent.click(button);
  expect(button).toHaveAttribute("aria-busy", "true");
  expect(click).not.toHaveBeenCalled();
});

test("an icon button is known by its label and shows it with its key on focus", async () => {
  render(<IconButton label="Undo" keys="Ctrl Z" icon={<svg aria-hidden="true" />} />);
  await userEvent.tab();
  expect(screen.getByRole("button", { name: "Undo" })).toHaveFocus();
  expect(await screen.findByRole("tooltip")).toHaveTextContent("Undo");
});

test("a dialog has a name, takes the focus and closes with Escape", async () => {
  const change = vi.fn();
  render(
    <Dialog open onOpenChange={change} title="Open a workflow" description="Kept on this machine.">
      <Input aria-label="Name" />
    </Dialog>,
  );
  const dialog = screen.getByRole("dialog", { name: "Open a workflow" });
  expect(dialog).toHaveAccessibleDescription("Kept on this machine.");
  expect(dialog).toContainElement(document.activeElement as HTMLElement);
  await userEvent.keyboard("{Escape}");
  expect(change).toHaveBeenCalledWith(false);
});

test("nothing is lost until the question is answered with its verb", async () => {
  const gone = vi.fn();
  render(
    <Confirm
      title="Delete this picture?"
      description="It cannot be brought back."
      action="Delete"
      onConfirm={gone}
    >
      <button type="button">Remove</button>
    </Confirm>,
  );
  await userEvent.click(screen.getByText("Remove"));
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(gone).not.toHaveBeenCalled();
  await userEvent.click(screen.getByText("Remove"));
  await userEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Delete" }));
  expect(gone).toHaveBeenCalledOnce();
});

test("a menu is walked with the keyboard and skips what is disabled", async () => {
  const chosen = vi.fn();
  const items = [
    { label: "Copy", disabled: true, onSelect: () => chosen("copy") },
    { label: "Delete", keys: "Del", danger: true, onSelect: () => chosen("delete") },
  ];
  render(
    <Menu items={items}>
      <button type="button">More</button>
    </Menu>,
  );
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("menu");
  await userEvent.keyboard("{Enter}");
  expect(chosen).toHaveBeenCalledExactlyOnceWith("delete");
});

test("a menu at a point opens with a name and closes with Escape", async () => {
  const close = vi.fn();
  const items = [
    "separator" as const,
    { heading: "Node" },
    { label: "Run", checked: true, onSelect: vi.fn() },
  ];
  render(<PointMenu at={{ x: 10, y: 20 }} label="Canvas" items={items} onClose={close} />);
  expect(await screen.findByRole("menu")).toBeInTheDocument();
  expect(screen.getByRole("menuitemcheckbox", { name: "Run" })).toBeChecked();
  await userEvent.keyboard("{Escape}");
  expect(close).toHaveBeenCalled();
});

test("tabs are walked with the arrow keys", async () => {
  const change = vi.fn();
  const tabs = [
    { id: "log", label: "Log", content: "lines" },
    { id: "docs", label: "Docs", badge: 2, content: "pages" },
  ] as const;
  render(<Tabs label="Side panel" tabs={tabs} value="log" onChange={change} />);
  screen.getByRole("tab", { name: "Log" }).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(change).toHaveBeenCalledWith("docs");
});

test("a field ties label, hint and error to its control", () => {
  const { rerender } = render(
    <Field label="Name" hint="A short word">
      <Input />
    </Field>,
  );
  expect(screen.getByLabelText("Name")).toHaveAccessibleDescription("A short word");
  rerender(
    <Field label="Name" hint="A short word" error="A name is needed.">
      <Input />
    </Field>,
  );
  expect(screen.getByLabelText("Name")).toBeInvalid();
  expect(screen.getByLabelText("Name")).toHaveAccessibleDescription("A name is needed.");
});

test("a long text is cut, with a way to see all of it", async () => {
  render(<Cut text={"word ".repeat(1600)} limit={100} />);
  expect(screen.getByText(/…$/).textContent?.length).toBeLessThan(110);
  await userEvent.click(screen.getByRole("button", { name: "Show all 8,000 characters" }));
  expect(screen.getByRole("button", { name: "Show less" })).toHaveAttribute("aria-expanded", "true");
});

test("copying says that it is done", async () => {
  const user = userEvent.setup();
  render(<Copy label="Copy the address" text={() => "http://localhost:8000/servable/a.png"} />);
  await user.click(screen.getByRole("button", { name: "Copy the address" }));
  expect(await screen.findByRole("button", { name: "Copied" })).toBeInTheDocument();
  expect(await navigator.clipboard.readText()).toBe("http://localhost:8000/servable/a.png");
});
