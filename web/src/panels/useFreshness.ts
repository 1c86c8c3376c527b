import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { KEYS } from "../api";
import { docStore, runStore, serverStore } from "../state";

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
