import type { RunError } from "../../model/types";

/** An error of a run, and how often it came. */
export interface Failed {
  readonly error: RunError;
  readonly times: number;
}

/** The errors of a run, each said once: the rounds of a loop may all fail for one reason. */
export function failuresOf(errors: readonly RunError[]): Failed[] {
  const found = new Map<string, Failed>();
  for (const error of errors) {
    const key = JSON.stringify([error.node, error.code, error.message, error.remedy]);
    const before = found.get(key);
    found.set(key, before ? { ...before, times: before.times + 1 } : { error, times: 1 });
  }
  return [...found.values()];
}
