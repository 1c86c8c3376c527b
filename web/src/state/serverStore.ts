/** What is known of the server: its settings, its secrets' names, whether it answers. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { LiveStatus } from "../api/live";
import type { ServerInfo } from "../model/types";

export interface ServerState {
  readonly info: ServerInfo | null;
  readonly live: LiveStatus;
  readonly secrets: readonly string[];
}

export const serverStore = createStore<ServerState>(() => ({ info: null, live: "connecting", secrets: [] }));

export function useServer<T>(select: (state: ServerState) => T): T {
  return useStore(serverStore, select);
}
