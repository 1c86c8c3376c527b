/** Groups: titled boxes around nodes. A group holds the nodes whose head is in its box, and is drawn around them. */

import { isRecord } from "./document";
import { asNumber } from "./exactNumber";
import { HEADER, shapeOf } from "./geometry";
import { type Box, boundsOf, type Point, positionOf } from "./placement";
import type { Json, NodeDefinition, NodeId, WorkflowDocument } from "./types";

/** Height of the strip that bears the title. */
export const GROUP_HEAD = 30;
export const GROUP_LEAST = 120;
const ROOM = 16;

export interface Group {
  /** Its place in the list of the document. */
  readonly at: number;
  readonly title: string;
  readonly box: Box;
  /** As the file names it. */
  readonly colour: string | null;
}

/** What a person may choose; the first is no colour at all. */
export const GROUP_COLOURS: readonly { readonly name: string; readonly value: string | null }[] = [
  { name: "Grey", value: null },
  { name: "Blue", value: "#4a7fd6" },
  { name: "Teal", value: "#2f9c94" },
  { name: "Green", value: "#46a065" },
  { name: "Amber", value: "#c08a1e" },
  { name: "Orange", value: "#d0713b" },
  { name: "Pink", value: "#c8568f" },
  { name: "Violet", value: "#8266d6" },
];

function readBox(value: unknown): Box | null {
  const parts = Array.isArray(value) ? value : isRecord(value) ? [0, 1, 2, 3].map((key) => value[key]) : [];
  const [x, y, width, height] = parts.slice(0, 4).map(asNumber);
  if (x == null || y == null || width == null || height == null) return null;
  const sound = [x, y, width, height].every(Number.isFinite) && width > 0 && height > 0;
  return sound ? { x, y, width, height } : null;
}

function readGroup(value: Json, at: number): Group[] {
  const box = isRecord(value) ? readBox(value.bounding) : null;
  if (!isRecord(value) || !box) return [];
  const { title, color } = value;
  return [
    {
      at,
      box,
      title: typeof title === "string" ? title : "",
      colour: typeof color === "string" ? color : null,
    },
  ];
}

const known = new WeakMap<object, readonly Group[]>();
const none: readonly Group[] = [];

/** The groups of a document that have a box; what else stands in the list is kept, and not drawn. */
export function groupsOf({ groups }: Pick<WorkflowDocument, "groups">): readonly Group[] {
  if (!Array.isArray(groups)) return none;
  const before = known.get(groups);
  if (before) return before;
  const read = groups.flatMap(readGroup);
  known.set(groups, read);
  return read;
}

export function holds(box: Box, { x, y }: Point): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** The point of a node that says in which groups it is: the middle of its head. */
function anchor({ x, y, width }: Box): Point {
  return { x: x + width / 2, y: y + HEADER / 2 };
}

/** The nodes of a box among those given. */
export function inside<T extends Box>(box: Box, nodes: readonly T[]): T[] {
  return nodes.filter((node) => holds(box, anchor(node)));
}

/** The box as it is drawn: as the file says, and so much larger that no node of it sticks out. */
export function around(box: Box, members: readonly Box[]): Box {
  const grown = members.map(({ x, y, width, height }) => ({
    x: x - ROOM,
    y: y - ROOM,
    width: width + 2 * ROOM,
    height: height + 2 * ROOM,
  }));
  return boundsOf([box, ...grown]) ?? box;
}

/** The box of a new group around nodes, with the strip for its title above them. */
export function boxAround(members: readonly Box[]): Box | null {
  const bounds = boundsOf(members);
  if (!bounds) return null;
  const { x, y, width, height } = bounds;
  return {
    x: x - ROOM,
    y: y - ROOM - GROUP_HEAD,
    width: width + 2 * ROOM,
    height: height + 2 * ROOM + GROUP_HEAD,
  };
}

export interface NodeBox extends Box {
  readonly id: NodeId;
}

/** The boxes of nodes as the document has them. */
export function nodeBoxes(
  doc: WorkflowDocument,
  library: ReadonlyMap<string, NodeDefinition>,
  ids: Iterable<NodeId> = Object.keys(doc.nodes),
): NodeBox[] {
  return [...ids].flatMap((id) => {
    const node = doc.nodes[id];
    if (!node) return [];
    const { width, height } = shapeOf(doc, id, library.get(node.type));
    return [{ id, ...positionOf(doc, id), width, height }];
  });
}

/** The groups that lie wholly in a box, but for the one at `at`. */
export function groupsWithin(box: Box, groups: readonly Group[], at: number): Group[] {
  return groups.filter(({ at: other, box: its }) => {
    const end = { x: its.x + its.width, y: its.y + its.height };
    const smaller = its.width * its.height < box.width * box.height;
    return other !== at && smaller && holds(box, its) && holds(box, end);
  });
}
