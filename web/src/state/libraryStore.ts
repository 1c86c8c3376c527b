/** The node types the server offers. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Connections, Library, NodeDefinition } from "../model/types";

export interface LibraryState {
  readonly status: "loading" | "ready" | "failed";
  readonly nodes: readonly NodeDefinition[];
  readonly byType: ReadonlyMap<string, NodeDefinition>;
  readonly connections: Connections;
}

export const libraryStore = createStore<LibraryState>(() => ({
  status: "loading",
  nodes: [],
  byType: new Map(),
  connections: {},
}));

export function setLibrary({ nodes, connections }: Library): void {
  const byType = new Map(nodes.map((definition) => [definition.type, definition]));
  libraryStore.setState({ status: "ready", nodes, byType, connections });
}

export function definitionOf(type: string | undefined): NodeDefinition | undefined {
  return type === undefined ? undefined : libraryStore.getState().byType.get(type);
}

export function useLibrary<T>(select: (state: LibraryState) => T): T {
  return useStore(libraryStore, select);
}

export function useDefinition(type: string | undefined): NodeDefinition | undefined {
  return useStore(libraryStore, (state) => (type === undefined ? undefined : state.byType.get(type)));
}
