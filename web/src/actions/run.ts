/** Actions that start and stop runs. */

import { setStart } from "../model/commands";
import { hearingNodes } from "../model/listening";
import { currentDoc, docStore, perform } from "../state/docStore";
import { listen, listenerOf, listeningStore, stopListening } from "../state/listening";
import { runStore } from "../state/runStore";
import { cancelRun, isRunning, startRun } from "../state/runs";
import { viewStore } from "../state/viewStore";
import type { Action } from "./types";

const only = (): string | undefined => {
  const { selection } = viewStore.getState();
  return selection.size === 1 ? [...selection][0] : undefined;
};
const listens = () => listenerOf(listeningStore.getState(), docStore.getState().id) !== null;
const running = () => isRunning(runStore.getState().status);

function toggleStart(): void {
  const id = only();
  if (id) perform(setStart(currentDoc().start === id ? null : id));
}

export const runActions: readonly Action[] = [
  {
    id: "run",
    label: "Run",
    group: "Run",
    keys: "$mod+Enter",
    everywhere: true,
    when: () => !running(),
    run: () => void startRun(),
  },
  {
    id: "stop",
    label: "Stop",
    group: "Run",
    keys: "$mod+.",
    everywhere: true,
    when: running,
    run: () => void cancelRun(),
  },
  {
    id: "runFrom",
    label: "Run from here",
    group: "Run",
    when: () => only() !== undefined && !running(),
    run: () => void startRun(only()),
  },
  {
    id: "listen",
    label: "Listen, or stop listening",
    group: "Run",
    when: () => listens() || hearingNodes(currentDoc()).length > 0,
    run: () => void (listens() ? stopListening(docStore.getState().id) : listen()),
  },
  { id: "setStart", label: "Set as start", group: "Run", when: () => only() !== undefined, run: toggleStart },
];
