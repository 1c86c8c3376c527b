import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { docStore } from "../../state";

const KEY = "nodebuilder.recent";
const LIMIT = 5;

function readKept(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((type) => typeof type === "string").slice(0, LIMIT) : [];
  } catch {
    return []; // storage is off, or what was kept is not ours
  }
}

const recentStore = createStore<{ readonly types: readonly string[] }>(() => ({ types: readKept() }));

/** The node types that were added last, newest first. */
export const useRecent = (): readonly string[] => useStore(recentStore, (state) => state.types);

/** Put a node type at the front. */
export function remember(type: string): void {
  const types = [type, ...recentStore.getState().types.filter((one) => one !== type)].slice(0, LIMIT);
  recentStore.setState({ types });
  try {
    localStorage.setItem(KEY, JSON.stringify(types));
  } catch {
    // not kept, still shown
  }
}

/** Remember every node that is added, by whichever way. Returns the way to stop. */
export function trackRecent(): () => void {
  return docStore.subscribe((now, before) => {
    if (now.id !== before.id || now.doc.nodes === before.doc.nodes) return;
    const added = Object.keys(now.doc.nodes).filter((id) => !Object.hasOwn(before.doc.nodes, id));
    if (added.length > 20) return; // a big paste says nothing about what is wanted next
    for (const id of added) {
      const type = now.doc.nodes[id]?.type;
      if (type) remember(type);
    }
  });
}
