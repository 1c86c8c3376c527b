/** JSON as the Python side writes it: `", "` and `": "`, numbers as they stood in the file. */

import { ExactNumber } from "./exactNumber";

export function writeJson(value: unknown): string {
  if (value instanceof ExactNumber) return value.source;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}: ${writeJson(member)}`).join(", ")}}`;
  }
  return JSON.stringify(value ?? null);
}
