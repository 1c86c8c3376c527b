/** How wide the panels are: kept in this browser. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

export type Side = "rail" | "side";

export interface Limits {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}

export const LIMITS: Readonly<Record<Side, Limits>> = {
  rail: { least: 200, most: 480, usual: 248 },
  side: { least: 260, most: 760, usual: 332 },
};
const KEY = "nodebuilder.panels";

/** A width within its limits; what is no number gives the usual one. */
export function within(side: Side, width: unknown): number {
  const { least, most, usual } = LIMITS[side];
  return typeof width === "number" && Number.isFinite(width)
    ? Math.round(Math.min(most, Math.max(least, width)))
    : usual;
}

function readKept(): Record<Side, number> {
  let kept: Partial<Record<Side, unknown>> = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    // storage is off, or what was kept is not ours
  }
  return { rail: within("rail", kept.rail), side: within("side", kept.side) };
}

const sizes = createStore<Record<Side, number>>(readKept);

export const usePanelSize = (side: Side): number => useStore(sizes, (state) => state[side]);

export function setPanelSize(side: Side, width: number): void {
  sizes.setState({ [side]: within(side, width) });
  try {
    localStorage.setItem(KEY, JSON.stringify(sizes.getState()));
  } catch {
    // not kept, still so wide
  }
}
