/** JSON text as the server writes it: short values on one line, longer ones broken up, numbers as they stood in the file. */

import { ExactNumber } from "./exactNumber";

/** The longest line, in characters, that holds more than one value. */
const WIDTH = 120;

type Members = [key: string, value: unknown][];

function membersOf(value: object): Members {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function isCompound(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof ExactNumber);
}

/** A value on one line. */
export function writeJson(value: unknown): string {
  if (value instanceof ExactNumber) return value.source;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(", ")}]`;
  if (!isCompound(value)) return JSON.stringify(value ?? null);
  return `{${membersOf(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${writeJson(member)}`)
    .join(", ")}}`;
}

const length = (text: string): number => (/[\ud800-\udfff]/.test(text) ? [...text].length : text.length);

function block(open: string, lines: readonly string[], close: string, indent: number): string {
  const space = " ".repeat(indent);
  return lines.length ? `${open}\n${space}  ${lines.join(`,\n${space}  `)}\n${space}${close}` : open + close;
}

function member(key: string, value: unknown, indent: number, broken = false): string {
  const name = `${JSON.stringify(key)}: `;
  return name + fitted(value, indent, indent + length(name), broken);
}

/** A value on the rest of a line of which `used` characters are taken, or on lines below. */
function fitted(value: unknown, indent: number, used: number, broken = false): string {
  const line = writeJson(value);
  if (!isCompound(value) || line === "{}" || line === "[]") return line;
  if (!broken && length(line) <= WIDTH - used - 1) return line;
  if (Array.isArray(value)) {
    const items = value.map((item) => fitted(item, indent + 2, indent + 2));
    return block("[", items, "]", indent);
  }
  return block(
    "{",
    membersOf(value).map(([key, item]) => member(key, item, indent + 2)),
    "}",
    indent,
  );
}

/** A whole document: one member per line; those named in `broken` always one item per line. */
export function layOut(members: Members, broken: ReadonlySet<string>): string {
  const lines = members.map(([key, value]) => member(key, value, 2, broken.has(key)));
  return `${block("{", lines, "}", 0)}\n`;
}
