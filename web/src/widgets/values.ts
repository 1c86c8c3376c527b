/** Values of widgets: how they read as text, and whether they are what the widget allows. */

import { asNumber } from "../model/exactNumber";
import type { Json, WidgetDefinition } from "../model/types";
import { writeJson } from "../model/writeJson";

export function textOf(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : writeJson(value);
}

/** Read what a person typed as a number; null when it is none or not allowed. */
export function readNumber(text: string, widget: WidgetDefinition): number | null {
  const cleaned = text.trim().replace(",", ".");
  if (cleaned === "" || !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cleaned)) return null;
  const number = Number(cleaned);
  return numberProblem(number, widget) === null ? number : null;
}

function numberProblem(number: number, { integer, min, max }: WidgetDefinition): string | null {
  if (!Number.isFinite(number)) return "This number is too large.";
  if (integer && !Number.isInteger(number)) return "This should be a whole number.";
  if (min !== undefined && min !== null && number < min) return `The least is ${min}.`;
  if (max !== undefined && max !== null && number > max) return `The most is ${max}.`;
  return null;
}

/** What is wrong with a stored value, in a sentence, or null. */
export function valueProblem(value: Json, widget: WidgetDefinition): string | null {
  switch (widget.kind) {
    case "number":
    case "slider": {
      const number = asNumber(value);
      return number === null ? "This should be a number." : numberProblem(number, widget);
    }
    case "toggle":
      return typeof value === "boolean" ? null : "This should be on or off.";
    case "combo":
      return (widget.options ?? []).includes(value) ? null : `"${textOf(value)}" is not one of the choices.`;
    default:
      return typeof value === "string" ? null : "This should be text.";
  }
}

/** Keep a number between the ends of a widget and on its steps. */
export function snap(number: number, { min, max, step, integer }: WidgetDefinition): number {
  const by = step ?? (integer ? 1 : 0);
  const from = min ?? 0;
  const stepped = by ? from + Math.round((number - from) / by) * by : number;
  const bounded = Math.min(
    max ?? Number.POSITIVE_INFINITY,
    Math.max(min ?? Number.NEGATIVE_INFINITY, stepped),
  );
  return Number(bounded.toFixed(10));
}
