/** A number whose written form would be lost in a float (`1.0`, `1e3`, `12345678901234567890`). */
export class ExactNumber {
  constructor(readonly source: string) {}

  valueOf(): number {
    return Number(this.source);
  }

  toString(): string {
    return this.source;
  }

  toJSON(): unknown {
    const { rawJSON } = JSON as unknown as { rawJSON?: (source: string) => unknown };
    return rawJSON ? rawJSON(this.source) : Number(this.source);
  }
}

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

const keepSource: Reviver = (_key, value, context) => {
  if (typeof value !== "number" || context?.source === undefined) return value;
  return String(value) === context.source ? value : new ExactNumber(context.source);
};

/** Read JSON without losing how its numbers were written (where the engine tells us). */
export function parseJson(text: string): unknown {
  return JSON.parse(text, keepSource as (key: string, value: unknown) => unknown);
}

/** Read a stored value as a number; anything that is none is null. */
export function asNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  return value instanceof ExactNumber ? Number(value.source) : null;
}
