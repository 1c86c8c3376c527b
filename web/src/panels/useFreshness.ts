import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { KEYS, type RunSummary } from "../api";
import { docStore, runStore, serverStore } from "../state";

type Rows = InfiniteData<{ runs: RunSummary[] }>;

/** Put a changed run into the rows that are shown, without asking; a new one is asked for. */
function showChange(client: QueryClient, changed: RunSummary): void {
  let known = false;
  client.setQueryData<Rows>(KEYS.runs, (rows) => {
    if (!rows) return rows;
    const update = (run: RunSummary) => {
      if (run.run_id !== changed.run_id) return run;
      known = true;
      return { ...run, ...changed };
    };
    return { ...rows, pages: rows.pages.map((page) => ({ ...page, runs: page.runs.map(update) })) };
  });
  if (!known) void client.invalidateQueries({ queryKey: KEYS.runs, exact: true });
}

/** Ask the server again for what a run, a save or a new connection has changed. Once, where the editor's frame is. */
export function useFreshness(): void {
  const client = useQueryClient();
  useEffect(() => {
    const ask = (...keys: ReadonlyArray<readonly string[]>) => {
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    };
    const stops = [
      runStore.subscribe((now, before) => {
        if (now.runId !== before.runId || now.status !== before.status) ask(KEYS.runs, KEYS.files);
      }),
      serverStore.subscribe((now, before) => {
        if (now.live === "open" && before.live === "lost") void client.invalidateQueries();
        if (now.secrets !== before.secrets) ask(KEYS.secrets);
        if (now.changedRun !== before.changedRun && now.changedRun) showChange(client, now.changedRun);
      }),
      docStore.subscribe((now, before) => {
        if (now.version !== before.version || now.id !== before.id) ask(KEYS.workflows);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [client]);
}
