/** The check of the document and the price of the next run, asked again a moment after each change. */

import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { createStore } from "zustand/vanilla";
import { api } from "../api/client";
import type { Estimate, NodeId, Problem } from "../model/types";
import { docStore } from "./docStore";
import { type ServerState, serverStore } from "./serverStore";

export interface CheckState {
  readonly problems: readonly Problem[];
  readonly estimate: Estimate | null;
}

export const checkStore = createStore<CheckState>(() => ({ problems: [], estimate: null }));

export function useCheck<T>(select: (state: CheckState) => T): T {
  return useStore(checkStore, select);
}

/** The problems of one node. */
export function useProblems(id: NodeId): readonly Problem[] {
  return useStore(
    checkStore,
    useShallow((state) => state.problems.filter((problem) => problem.node === id)),
  );
}

/** What the check says is wrong with one widget, with the way out; null when it is fine. */
export function useWidgetProblem(id: NodeId, widget: string): string | null {
  return useStore(checkStore, ({ problems }) => {
    const found = problems.find(
      (one) => one.node === id && one.widget === widget && one.severity === "error",
    );
    return found ? `${found.message} ${found.remedy}`.trim() : null;
  });
}

const PAUSE = 400;

async function check(signal: AbortSignal): Promise<void> {
  try {
    const { problems, estimate } = await api.check(docStore.getState().doc, signal);
    if (!signal.aborted) checkStore.setState({ problems, estimate: estimate ?? null });
  } catch {
    // The server is away: what was known stays; the status line says that it does not answer.
  }
}

/** Which keys there are, as one text: with them the price of a run changes. */
const keysOf = ({ info, secrets }: ServerState): string => JSON.stringify([info?.keys, secrets]);

/** Check now and after every change that is not a mere move, and of the keys. Returns the way to stop. */
export function startChecking(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = new AbortController();
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running.abort();
      running = new AbortController();
      void check(running.signal);
    }, PAUSE);
  };
  again();
  const stopKeys = serverStore.subscribe((now, before) => {
    if (now !== before && keysOf(now) !== keysOf(before)) again();
  });
  const stop = docStore.subscribe((now, before) => {
    if (
      now.doc.nodes !== before.doc.nodes ||
      now.doc.links !== before.doc.links ||
      now.doc.start !== before.doc.start
    )
      again();
  });
  return () => {
    stop();
    stopKeys();
    clearTimeout(timer);
    running.abort();
  };
}
