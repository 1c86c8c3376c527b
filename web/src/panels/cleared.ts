/** What the person has cleared from the screen; the run itself keeps everything. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Displayed, RunError } from "../model/types";
import type { LogEntry } from "../state";

interface Cleared {
  readonly displayed: ReadonlySet<Displayed>;
  readonly errors: ReadonlySet<RunError>;
  /** The last line that was cleared. */
  readonly logged: LogEntry | null;
}

const clearedStore = createStore<Cleared>(() => ({
  displayed: new Set(),
  errors: new Set(),
  logged: null,
}));

/** What is cleared, as a hook. */
export const useCleared = <T>(select: (cleared: Cleared) => T): T => useStore(clearedStore, select);

/** Take these results off the screen. */
export const clearDisplayed = (entries: readonly Displayed[], errors: readonly RunError[]): void =>
  clearedStore.setState({ displayed: new Set(entries), errors: new Set(errors) });

/** Take all lines until this one off the screen. */
export const clearLog = (last: LogEntry | null): void => clearedStore.setState({ logged: last });
