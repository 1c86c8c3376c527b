/** What is known of the server: its settings, its secrets' names, whether it answers. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { api } from "../api/client";
import type { LiveStatus } from "../api/live";
import type { RunSummary, ServerInfo } from "../model/types";

export interface ServerState {
  readonly info: ServerInfo | null;
  readonly live: LiveStatus;
  readonly secrets: readonly string[];
  /** The last run of which the server said that it changed. */
  readonly changedRun: RunSummary | null;
}

export const serverStore = createStore<ServerState>(() => ({
  info: null,
  live: "connecting",
  secrets: [],
  changedRun: null,
}));

export function useServer<T>(select: (state: ServerState) => T): T {
  return useStore(serverStore, select);
}

/** Ask again what the server is: which keys it uses, what was spent today. */
export async function refreshInfo(): Promise<void> {
  serverStore.setState({ info: await api.info() });
}
