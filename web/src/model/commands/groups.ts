/** Commands on groups: draw one, move it with what is in it, change its look, take it away. */

import type { Draft } from "immer";
import { isRecord } from "../document";
import { boxAround, groupsOf, inside, nodeBoxes } from "../groups";
import { arrange, type Box, type Point } from "../placement";
import type { Json, NodeDefinition, NodeId, WorkflowDocument } from "../types";
import { type Command, command, together } from "./command";
import { moveNodes } from "./nodes";

type Doc = Draft<WorkflowDocument>;

const bounding = ({ x, y, width, height }: Box): Json => [x, y, width, height].map(Math.round);

export function addGroup(title: string, box: Box): Command {
  return command("Group", (doc: Doc) => {
    const group = { title, bounding: bounding(box) };
    doc.groups = Array.isArray(doc.groups) ? [...doc.groups, group] : [group];
  });
}

/** Change keys of one group; `undefined` takes a key away. All else in it stays as it is. */
function change(label: string, at: number, changes: Record<string, Json | undefined>): Command {
  return command(label, (doc: Doc) => {
    const { groups } = doc;
    const group = Array.isArray(groups) ? groups[at] : undefined;
    if (!Array.isArray(groups) || !isRecord(group)) return;
    const kept = Object.entries({ ...group, ...changes }).filter(([, value]) => value !== undefined);
    groups[at] = Object.fromEntries(kept) as Json;
  });
}

export function renameGroup(at: number, title: string): Command {
  return change("Rename group", at, { title: title.trim() });
}

export function colourGroup(at: number, colour: string | null): Command {
  return change("Colour group", at, { color: colour ?? undefined });
}

export function resizeGroup(at: number, box: Box): Command {
  return change("Resize group", at, { bounding: bounding(box) });
}

/** Groups and nodes to their new places, as one step. */
export function moveGroups(
  boxes: ReadonlyMap<number, Box>,
  places: ReadonlyMap<NodeId, Point>,
  merge?: string,
): Command {
  const moved = [...boxes].map(([at, box]) => change("Move group", at, { bounding: bounding(box) }));
  const step = together("Move group", [...moved, moveNodes(places)]);
  return merge === undefined ? step : { ...step, merge };
}

/** Take a group away; the nodes in it stay. */
export function removeGroup(at: number): Command {
  return command("Delete group", (doc: Doc) => {
    if (!Array.isArray(doc.groups)) return;
    const rest = doc.groups.filter((_group, place) => place !== at);
    if (rest.length) doc.groups = rest;
    else delete doc.groups;
  });
}

/** All nodes in columns along their links; groups go with the nodes that they held. */
export function tidied(doc: WorkflowDocument, library: ReadonlyMap<string, NodeDefinition>): Command {
  const places = arrange(doc);
  const before = nodeBoxes(doc, library);
  const moved = new Map(before.map((box) => [box.id, { ...box, ...places.get(box.id) }]));
  const boxes = groupsOf(doc).flatMap(({ at, box }) => {
    const after = boxAround(inside(box, before).flatMap(({ id }) => moved.get(id) ?? []));
    return after ? [[at, after] as const] : [];
  });
  const nodes = moveNodes(places);
  return boxes.length ? { ...moveGroups(new Map(boxes), places), label: nodes.label } : nodes;
}
