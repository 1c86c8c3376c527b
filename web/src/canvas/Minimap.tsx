/** The small map: all nodes on one canvas, and the window that is seen. */

import { useStoreApi } from "@xyflow/react";
import { type PointerEvent, useEffect, useRef } from "react";
import { tintOf } from "../model/colours";
import { type Box, boundsOf } from "../model/placement";
import { currentCamera } from "../state/camera";
import { docStore } from "../state/docStore";
import { libraryStore } from "../state/libraryStore";
import { nodeRun, onNodeRuns } from "../state/runStore";
import { onThemeChange } from "../ui/theme";
import { onDrag } from "./dragging";
import { shownGroups } from "./groupBoxes";
import { boxesOf, statusColour } from "./layers/farNodes";
import { readColours } from "./layers/palette";
import { seen } from "./layers/wires";

const WIDTH = 150;
const HEIGHT = 92;
const EDGE = 10;

interface Map {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

function mapOf(bounds: Box): Map {
  const scale = Math.min((WIDTH - 2 * EDGE) / bounds.width, (HEIGHT - 2 * EDGE) / bounds.height, 0.12);
  const x = (WIDTH - bounds.width * scale) / 2 - bounds.x * scale;
  const y = (HEIGHT - bounds.height * scale) / 2 - bounds.y * scale;
  return { scale, x, y };
}

/** The seen part as a box on the map, never beyond its edge. */
function frameOf(view: Box, { scale, x, y }: Map): { width: string; height: string; transform: string } {
  const within = (value: number, most: number) => Math.max(2, Math.min(most - 2, value));
  const [left, right] = [within(view.x * scale + x, WIDTH), within((view.x + view.width) * scale + x, WIDTH)];
  const [top, bottom] = [
    within(view.y * scale + y, HEIGHT),
    within((view.y + view.height) * scale + y, HEIGHT),
  ];
  return {
    width: `${right - left}px`,
    height: `${bottom - top}px`,
    transform: `translate(${left}px, ${top}px)`,
  };
}

function paint(canvas: HTMLCanvasElement): Map | null {
  const context = canvas.getContext("2d");
  const { doc } = docStore.getState();
  const library = libraryStore.getState().byType;
  const boxes = boxesOf(doc, library);
  const groups = shownGroups(doc, library);
  const bounds = boundsOf([...boxes, ...groups.map(({ shown }) => shown)]);
  const ratio = globalThis.devicePixelRatio || 1;
  Object.assign(canvas, { width: WIDTH * ratio, height: HEIGHT * ratio });
  if (!context || !bounds) return null;
  const map = mapOf(bounds);
  const colours = readColours();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.globalAlpha = 0.22;
  for (const { shown, colour } of groups) {
    context.fillStyle = tintOf(colour) ?? colours.dim;
    const [w, h] = [shown.width * map.scale, shown.height * map.scale];
    context.fillRect(shown.x * map.scale + map.x, shown.y * map.scale + map.y, w, h);
  }
  context.globalAlpha = 0.75;
  for (const box of boxes) {
    context.fillStyle = statusColour(nodeRun(box.id).status, colours, colours.dim);
    const [w, h] = [Math.max(2, box.width * map.scale), Math.max(2, box.height * map.scale)];
    context.fillRect(box.x * map.scale + map.x, box.y * map.scale + map.y, w, h);
  }
  return map;
}

export function Minimap() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const map = useRef<Map | null>(null);
  const flow = useStoreApi();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const place = () => {
      const { transform, width, height } = flow.getState();
      const view = seen({ x: transform[0], y: transform[1], zoom: transform[2], width, height });
      const now = map.current;
      if (!frame.current) return;
      frame.current.hidden = !now;
      if (!now) return;
      Object.assign(frame.current.style, frameOf(view, now));
    };
    const draw = () => {
      timer = undefined;
      if (canvas.current) map.current = paint(canvas.current);
      place();
    };
    const later = () => {
      timer ??= setTimeout(draw, 80);
    };
    const endings = [
      flow.subscribe((now, before) => {
        if (now.transform !== before.transform || now.width !== before.width || now.height !== before.height)
          place();
      }),
      docStore.subscribe(later),
      libraryStore.subscribe(later),
      onDrag(later),
      onNodeRuns(later),
      onThemeChange(later),
    ];
    draw();
    return () => {
      clearTimeout(timer);
      for (const end of endings) end();
    };
  }, [flow]);
  const go = (event: PointerEvent<HTMLDivElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const now = map.current;
    if (!now || event.buttons !== 1) return;
    const at = {
      x: (event.clientX - left - now.x) / now.scale,
      y: (event.clientY - top - now.y) / now.scale,
    };
    currentCamera()?.centre(at);
  };
  return (
    <div className="minimap" onPointerDown={go} onPointerMove={go} aria-hidden="true">
      <canvas ref={canvas} style={{ width: WIDTH, height: HEIGHT }} />
      <div ref={frame} className="minimap-frame" />
    </div>
  );
}
