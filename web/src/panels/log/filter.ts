import type { LogLevel } from "../../model/types";
import type { LogEntry } from "../../state";

/** From what level on lines are shown. */
export const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

export interface LogFilter {
  readonly level: LogLevel;
  readonly query: string;
}

/** The lines at or above a level that contain every searched word, in their text or the name of their node. */
export function filterLog(
  log: readonly LogEntry[],
  { level, query }: LogFilter,
  title: (entry: LogEntry) => string,
): readonly LogEntry[] {
  const least = LEVELS.indexOf(level);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (least <= 0 && words.length === 0) return log;
  return log.filter((entry) => {
    if (LEVELS.indexOf(entry.level) < least) return false;
    if (words.length === 0) return true;
    const text = `${title(entry)} ${entry.message}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
