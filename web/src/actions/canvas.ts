/** Actions on what is seen of the canvas. */

import { tidied } from "../model/commands";
import { currentCamera } from "../state/camera";
import { currentDoc, perform } from "../state/docStore";
import { libraryStore } from "../state/libraryStore";
import { setView, viewStore } from "../state/viewStore";
import type { Action } from "./types";

function openSearch(): void {
  const camera = currentCamera();
  if (!camera) return;
  const flow = camera.pointer() ?? camera.middle();
  setView({ search: { at: camera.toScreen(flow), flow } });
}

function tidy(): void {
  perform(tidied(currentDoc(), libraryStore.getState().byType));
  currentCamera()?.fit();
}

function clear(): void {
  setView({ selection: new Set(), links: new Set(), search: null, menu: null, renaming: null, group: null });
}

export const canvasActions: readonly Action[] = [
  { id: "addNode", label: "Add node…", group: "Canvas", keys: "Tab", run: openSearch },
  { id: "fit", label: "Fit everything", group: "Canvas", keys: "1", run: () => currentCamera()?.fit() },
  {
    id: "fitSelection",
    label: "Fit selection",
    group: "Canvas",
    keys: "2",
    when: () => viewStore.getState().selection.size > 0,
    run: () => currentCamera()?.fit(viewStore.getState().selection),
  },
  {
    id: "zoomIn",
    label: "Zoom in",
    group: "Canvas",
    keys: "$mod+=",
    run: () => currentCamera()?.zoomBy(1.25),
  },
  {
    id: "zoomOut",
    label: "Zoom out",
    group: "Canvas",
    keys: "$mod+-",
    run: () => currentCamera()?.zoomBy(0.8),
  },
  {
    id: "zoomReset",
    label: "Zoom to 100 %",
    group: "Canvas",
    keys: "$mod+0",
    run: () => currentCamera()?.zoomTo(1),
  },
  { id: "arrange", label: "Arrange nodes", group: "Canvas", run: tidy },
  { id: "clearSelection", label: "Clear selection", group: "Canvas", keys: "Escape", run: clear },
];
