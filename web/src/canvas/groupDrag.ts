/** Moving and resizing a group by the pointer: the nodes in it, and the groups in it, go with it. */

import type { PointerEvent } from "react";
import { moveGroups, resizeGroup } from "../model/commands";
import { GROUP_LEAST, groupsOf, groupsWithin, inside } from "../model/groups";
import type { Box, Point } from "../model/placement";
import type { NodeId } from "../model/types";
import { currentCamera } from "../state/camera";
import { currentDoc, perform } from "../state/docStore";
import { libraryStore } from "../state/libraryStore";
import { chooseGroup } from "../state/viewStore";
import { dragGroups, drop } from "./dragging";
import { shownGroups } from "./groupBoxes";
import { boxesOf } from "./layers/farNodes";

/** So many pixels of the screen are still a click. */
const THRESHOLD = 2;

interface Moving {
  readonly boxes: readonly (readonly [number, Box])[];
  readonly nodes: readonly (readonly [NodeId, Point])[];
}

/** The group with all that is in it. */
function withContents(at: number): Moving {
  const doc = currentDoc();
  const library = libraryStore.getState().byType;
  const groups = groupsOf(doc);
  const shown = shownGroups(doc, library).find((group) => group.at === at);
  if (!shown) return { boxes: [], nodes: [] };
  const inner = groupsWithin(shown.shown, groups, at);
  const nodes = new Map<NodeId, Point>();
  for (const { box } of [shown, ...inner])
    for (const { id, x, y } of inside(box, boxesOf(doc, library))) nodes.set(id, { x, y });
  return { boxes: [shown, ...inner].map((group) => [group.at, group.box] as const), nodes: [...nodes] };
}

function shifted({ boxes, nodes }: Moving, by: Point) {
  return {
    boxes: boxes.map(([at, box]) => [at, { ...box, x: box.x + by.x, y: box.y + by.y }] as const),
    nodes: nodes.map(([id, { x, y }]) => [id, { x: x + by.x, y: y + by.y }] as const),
  };
}

/** Move a group by steps, as the arrow keys do; several in a row are one step of the undo list. */
export function nudgeGroup(at: number, by: Point): void {
  const { boxes, nodes } = shifted(withContents(at), by);
  perform(moveGroups(new Map(boxes), new Map(nodes), `nudge group ${at}`));
}

function follow(event: PointerEvent<HTMLElement>, step: (by: Point) => void, end: (by: Point) => void): void {
  const camera = currentCamera();
  if (!camera) return;
  const { currentTarget: target, pointerId, clientX, clientY } = event;
  const start = camera.toFlow({ x: clientX, y: clientY });
  let by: Point | null = null;
  const move = (next: globalThis.PointerEvent) => {
    if (by === null && Math.hypot(next.clientX - clientX, next.clientY - clientY) <= THRESHOLD) return;
    const now = camera.toFlow({ x: next.clientX, y: next.clientY });
    by = { x: Math.round(now.x - start.x), y: Math.round(now.y - start.y) };
    step(by);
  };
  const stop = (last: Event) => {
    target.removeEventListener("pointermove", move);
    target.removeEventListener("pointerup", stop);
    target.removeEventListener("pointercancel", stop);
    drop();
    if (by && last.type === "pointerup") end(by);
  };
  target.setPointerCapture(pointerId);
  target.addEventListener("pointermove", move);
  target.addEventListener("pointerup", stop);
  target.addEventListener("pointercancel", stop);
}

/** The head of a group was pressed: choose it, and let it follow. */
export function grabGroup(event: PointerEvent<HTMLElement>, at: number): void {
  if (event.button !== 0) return;
  chooseGroup(at);
  const moving = withContents(at);
  follow(
    event,
    (by) => {
      const { boxes, nodes } = shifted(moving, by);
      dragGroups(boxes, nodes);
    },
    (by) => {
      const { boxes, nodes } = shifted(moving, by);
      perform(moveGroups(new Map(boxes), new Map(nodes)));
    },
  );
}

/** The corner of a group was pressed. */
export function stretchGroup(event: PointerEvent<HTMLElement>, at: number, shown: Box): void {
  if (event.button !== 0) return;
  chooseGroup(at);
  const sized = (by: Point) => ({
    ...shown,
    width: Math.max(GROUP_LEAST, shown.width + by.x),
    height: Math.max(GROUP_LEAST, shown.height + by.y),
  });
  follow(
    event,
    (by) => dragGroups([[at, sized(by)]], []),
    (by) => perform(resizeGroup(at, sized(by))),
  );
}
