import type { Json } from "../../model/types";

/** A setting of the server as it is shown: what it is, in what unit, and how it is edited. */
export interface SettingField {
  readonly name: string;
  readonly label: string;
  readonly kind: "toggle" | "number" | "text" | "fixed";
  readonly value: Json;
}

const UNITS: ReadonlyArray<readonly [RegExp, string]> = [
  [/_usd(_|$)/, "US dollars"],
  [/_seconds$/, "seconds"],
  [/_bytes$/, "bytes"],
  [/_days$/, "days"],
  [/_pixels$/, "pixels"],
];

/** `max_cost_usd_per_day` → `Max cost per day (US dollars)`. */
export function labelOf(name: string): string {
  const [, unit] = UNITS.find(([pattern]) => pattern.test(name)) ?? [];
  const words = name.replace(/_(usd|seconds|bytes|days|pixels)(?=_|$)/, "").replaceAll("_", " ");
  const label = words.charAt(0).toUpperCase() + words.slice(1);
  return unit ? `${label} (${unit})` : label;
}

function kindOf(name: string, value: Json): SettingField["kind"] {
  if (typeof value === "boolean") return "toggle";
  if (typeof value === "number" || (value === null && /(_usd|_seconds|_bytes|_days|^max_)/.test(name)))
    return "number";
  return typeof value === "string" || value === null ? "text" : "fixed";
}

/** Settings that have a place of their own. */
const ELSEWHERE = ["published_tools"];

/** The settings that may be shown, in the order the server gives them. */
export function fieldsOf(settings: Readonly<Record<string, Json>>): SettingField[] {
  const shown = Object.entries(settings).filter(([name]) => !ELSEWHERE.includes(name));
  return shown.map(([name, value]) => ({ name, value, label: labelOf(name), kind: kindOf(name, value) }));
}
