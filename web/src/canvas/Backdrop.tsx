/** The one canvas under the nodes: dots, wires, and far away the nodes themselves. */

import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { loopLinks } from "../model/loops";
import { twoWayLinks } from "../model/tools";
import { docStore } from "../state/docStore";
import { libraryStore } from "../state/libraryStore";
import { nodeRun, onNodeRuns } from "../state/runStore";
import { viewStore } from "../state/viewStore";
import { onThemeChange } from "../ui/theme";
import { countDraw } from "./counts";
import { currentCurves } from "./curveStore";
import { onDrag } from "./dragging";
import { shownGroups } from "./groupBoxes";
import { boxesOf, drawFarNodes } from "./layers/farNodes";
import { drawGroups } from "./layers/groups";
import { type Colours, readColours } from "./layers/palette";
import { drawDots, drawWires, type View } from "./layers/wires";

/** Run events repaint the far view at most this often (milliseconds). */
const FAR_PAUSE = 66;

function sized(canvas: HTMLCanvasElement, width: number, height: number): number {
  const ratio = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  return ratio;
}

function paint(canvas: HTMLCanvasElement, view: View, colours: Colours): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = sized(canvas, view.width, view.height);
  const { doc } = docStore.getState();
  const { selection, links, hovered, lifted, far, group } = viewStore.getState();
  const library = libraryStore.getState().byType;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  drawDots(context, view, colours);
  const scale = ratio * view.zoom;
  context.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
  drawGroups(context, view, colours, { groups: shownGroups(doc, library), chosen: group, far });
  drawWires(context, view, colours, {
    curves: currentCurves(),
    loops: loopLinks(doc),
    twoWay: twoWayLinks(doc, library),
    selected: links,
    hovered,
    lifted,
  });
  if (far) {
    const boxes = boxesOf(doc, library);
    drawFarNodes(context, view, colours, { boxes, selected: selection, status: (id) => nodeRun(id).status });
  }
  countDraw();
}

export function Backdrop() {
  const ref = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    let colours = readColours();
    let frame = 0;
    let pause: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      frame = 0;
      const { transform, width, height } = flow.getState();
      paint(canvas, { x: transform[0], y: transform[1], zoom: transform[2], width, height }, colours);
    };
    const dirty = () => {
      frame ||= requestAnimationFrame(draw);
    };
    const later = () => {
      if (!viewStore.getState().far) return;
      pause ??= setTimeout(() => {
        pause = undefined;
        dirty();
      }, FAR_PAUSE);
    };
    const endings = [
      flow.subscribe((now, before) => {
        if (now.transform !== before.transform || now.width !== before.width || now.height !== before.height)
          dirty();
      }),
      docStore.subscribe(dirty),
      libraryStore.subscribe(dirty),
      viewStore.subscribe(dirty),
      onDrag(dirty),
      onNodeRuns(later),
      onThemeChange(() => {
        colours = readColours();
        dirty();
      }),
    ];
    dirty();
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(pause);
      for (const end of endings) end();
    };
  }, [flow]);
  return <canvas ref={ref} className="backdrop" />;
}
