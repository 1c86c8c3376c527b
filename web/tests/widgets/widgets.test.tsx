import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { ExactNumber } from "../../src/model/exactNumber";
import type { Json, WidgetDefinition } from "../../src/model/types";
import { controlOf } from "../../src/widgets/registry";
import { readNumber, snap, valueProblem } from "../../src/widgets/values";
import { widget } from "../model/sample";

function show(definition: WidgetDefinition, value: Json) {
  const Control = controlOf(definition.kind);
  const onChange = vi.fn();
  const problem = valueProblem(value, definition);
  const props = {
    node: "n",
    widget: definition,
    value,
    label: definition.label,
    problem,
    onChange,
    onDone: vi.fn(),
  };
  const { rerender } = render(<Control {...props} />);
  return { onChange, again: (next: Json) => rerender(<Control {...props} value={next} />) };
}

describe("values", () => {
  it("of numbers are read, bounded and stepped", () => {
    const whole = widget("n", { kind: "number", integer: true, min: 1, max: 10 });
    expect([
      readNumber("7", whole),
      readNumber("7.5", whole),
      readNumber("11", whole),
      readNumber("x", whole),
    ]).toEqual([7, null, null, null]);
    expect(readNumber("1,5", widget("n", { kind: "number" }))).toBe(1.5);
    expect(snap(0.123, widget("s", { kind: "slider", min: 0, max: 1, step: 0.1 }))).toBe(0.1);
  });

  it("that do not fit are named in a sentence", () => {
    expect(valueProblem("x", widget("n", { kind: "number" }))).toBe("This should be a number.");
    expect(valueProblem("huge", widget("c", { kind: "combo", options: ["low"] }))).toBe(
      '"huge" is not one of the choices.',
    );
    expect(valueProblem(new ExactNumber("1.0"), widget("n", { kind: "number" }))).toBeNull();
  });
});

describe("widgets", () => {
  it("of text become a field when they are reached, and text again when left", async () => {
    const user = userEvent.setup();
    const { onChange } = show(widget("value", { lines: 3 }), "Hello");
    expect(screen.getByRole("textbox", { name: "value" }).tagName).toBe("DIV");
    await user.tab();
    const field = screen.getByRole("textbox", { name: "value" });
    expect(field.tagName).toBe("TEXTAREA");
    fireEvent.change(field, { target: { value: "Hello!" } });
    expect(onChange).toHaveBeenCalledWith("Hello!");
    fireEvent.blur(field);
    expect(screen.getByRole("textbox", { name: "value" }).tagName).toBe("DIV");
  });

  it("of numbers take a number when it is finished, and nothing else", async () => {
    const user = userEvent.setup();
    const { onChange } = show(widget("n", { kind: "number", min: 0 }), 5);
    await user.tab();
    await user.keyboard("42{Enter}");
    expect(onChange).toHaveBeenLastCalledWith(42);
    onChange.mockClear();
    await user.click(screen.getByRole("textbox"));
    await user.keyboard("-3{Enter}");
    expect(onChange).not.toHaveBeenCalled();
  });

  it("of numbers step with the arrow keys", async () => {
    const user = userEvent.setup();
    const { onChange } = show(widget("n", { kind: "number", step: 5 }), 5);
    await user.tab();
    await user.keyboard("{ArrowUp}");
    expect(onChange).toHaveBeenLastCalledWith(10);
  });

  it("show a wrong stored value as it is, and mark it", () => {
    show(widget("n", { kind: "number" }), "many");
    const field = screen.getByRole("textbox");
    expect(field).toHaveTextContent("many");
    expect(field).toHaveAttribute("aria-invalid", "true");
  });

  it("that slide move with the arrow keys", () => {
    const { onChange } = show(widget("s", { kind: "slider", min: 0, max: 2, step: 0.1 }), 0.7);
    const slider = screen.getByRole("slider");
    expect(slider).toHaveAttribute("aria-valuenow", "0.7");
    fireEvent.keyDown(slider, { key: "ArrowRight" });
    expect(onChange).toHaveBeenLastCalledWith(0.8);
    fireEvent.keyDown(slider, { key: "End" });
    expect(onChange).toHaveBeenLastCalledWith(2);
  });

  it("that switch say whether they are on", () => {
    const { onChange } = show(widget("t", { kind: "toggle" }), true);
    const toggle = screen.getByRole("switch");
    expect(toggle).toHaveAttribute("aria-checked", "true");
    fireEvent.click(toggle);
    expect(onChange).toHaveBeenCalledWith(false);
  });

  it("with choices open a list, warn of retired ones and keep the type of the option", async () => {
    const user = userEvent.setup();
    const options = [256, 512];
    const warned = widget("size", { kind: "combo", options, option_warnings: { 256: "Retired." } });
    const { onChange } = show(warned, 256);
    const button = screen.getByRole("button", { name: "size: 256" });
    expect(button).toHaveAttribute("title", "Retired.");
    await user.click(button);
    await user.click(await screen.findByRole("option", { name: "512" }));
    expect(onChange).toHaveBeenCalledWith(512);
  });

  it("for keys ask for a pasted key instead of taking it as a value", () => {
    const { onChange } = show(widget("api_key", { kind: "secret", provider: "openai" }), "");
    const button = screen.getByRole("button", { name: "api_key: automatic" });
    fireEvent.paste(button, { clipboardData: { getData: () => "sk-1234567890" } });
    expect(onChange).not.toHaveBeenCalled();
    expect(screen.getByRole("dialog", { name: "New key" })).toBeInTheDocument();
    expect(screen.getByLabelText("Key")).toHaveValue("sk-1234567890");
  });
});
