import type { RunEvent } from "../model/types";

interface Watch {
  /** The last sequence number that was delivered. */
  last: number;
  /** The event before which some were missing, so that they were asked for again. */
  hole: number | null;
  /** The server was asked and had no more: on this connection, what is missing is missing for good. */
  thin: boolean;
}

interface Ways {
  /** Ask the server for the events of a run after a sequence number. */
  readonly ask: (runId: string, after: number) => void;
  readonly deliver: (event: RunEvent) => void;
}

/** Keep the place in every followed run, so that events come once each and in order. */
export function createWatches({ ask, deliver }: Ways) {
  const watches = new Map<string, Watch>();

  return {
    add: (runId: string, after = 0): void => {
      watches.set(runId, { last: after, hole: null, thin: false });
      ask(runId, after);
    },

    remove: (runId: string): boolean => watches.delete(runId),

    /** After a new connection: go on where each run was left. */
    askAll: (): void => {
      for (const [runId, watch] of watches) {
        watch.hole = null;
        watch.thin = false;
        ask(runId, watch.last);
      }
    },

    receive: (event: RunEvent): void => {
      const watch = watches.get(event.run_id);
      if (!watch || event.seq <= watch.last) return;
      if (event.seq > watch.last + 1 && !watch.thin) {
        if (watch.hole === null) {
          watch.hole = event.seq;
          ask(event.run_id, watch.last);
          return;
        }
        // Later ones were on their way before the question; an answer begins at the hole or before it.
        if (event.seq > watch.hole) return;
        watch.thin = true;
      }
      watch.last = event.seq;
      watch.hole = null;
      deliver(event);
    },

    /** A snapshot stands for all events up to its number; false when the run is not followed or nothing is new. */
    jump: (runId: string, seq: number): boolean => {
      const watch = watches.get(runId);
      if (!watch || seq < watch.last) return false;
      watch.last = seq;
      watch.hole = null;
      return true;
    },
  };
}
