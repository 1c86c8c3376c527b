/** Draw the boxes of groups, under wires and nodes. */

import { tintOf } from "../../model/colours";
import { GROUP_HEAD } from "../../model/groups";
import type { ShownGroup } from "../groupBoxes";
import { overlaps } from "../nodeWindow";
import { fitting } from "./farNodes";
import type { Colours } from "./palette";
import { seen, type View } from "./wires";

const RADIUS = 8;
const FILL = 0.08;
const LINE = 0.55;
/** From here on the page shows the titles; farther away they are drawn, as large as can be read. */
const TITLES_FROM = 0.1;

function drawBox(context: CanvasRenderingContext2D, group: ShownGroup, view: View, colours: Colours): void {
  const { x, y, width, height } = group.shown;
  const colour = tintOf(group.colour) ?? colours.dim;
  context.beginPath();
  context.roundRect(x, y, width, height, RADIUS);
  context.fillStyle = colour;
  context.globalAlpha = FILL;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1, 1 / view.zoom);
  context.globalAlpha = LINE;
  context.stroke();
  context.globalAlpha = 1;
}

function drawChosen(context: CanvasRenderingContext2D, { shown }: ShownGroup, view: View, colours: Colours) {
  context.beginPath();
  context.roundRect(shown.x, shown.y, shown.width, shown.height, RADIUS);
  context.strokeStyle = colours.accent;
  context.lineWidth = 1.5 / Math.min(1, view.zoom);
  context.stroke();
}

function drawTitle(
  context: CanvasRenderingContext2D,
  { shown, title }: ShownGroup,
  size: number,
  colours: Colours,
): void {
  context.font = `600 ${size}px ${colours.font}`;
  context.textBaseline = "middle";
  context.fillStyle = colours.mut;
  const text = fitting(context, title, shown.width - 20, size);
  context.fillText(text, shown.x + 10, shown.y + Math.max(GROUP_HEAD, size * 1.4) / 2);
}

/** Draw the groups that are seen; the context is in canvas coordinates. */
export function drawGroups(
  context: CanvasRenderingContext2D,
  view: View,
  colours: Colours,
  { groups, chosen, far }: { groups: readonly ShownGroup[]; chosen: number | null; far: boolean },
): void {
  if (groups.length === 0) return;
  const area = seen(view);
  const size = Math.round(Math.min(60, 13 / view.zoom));
  for (const group of groups) {
    if (!overlaps(group.shown, area)) continue;
    drawBox(context, group, view, colours);
    if (group.at === chosen) drawChosen(context, group, view, colours);
    if (far && view.zoom >= TITLES_FROM) drawTitle(context, group, size, colours);
  }
}
