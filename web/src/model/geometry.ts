/** Size of a node and place of its sockets, computed from its definition: nothing is measured in the page. */

import { asNumber } from "./exactNumber";
import { linksFrom, linksInto } from "./links";
import { looksOf } from "./older";
import { inputsUnder } from "./rules";
import { callsTools, isCallable, roleOfInput, roleOfOutput, type ToolRole } from "./tools";
import type {
  InputDefinition,
  NodeDefinition,
  NodeDocument,
  NodeId,
  OutputDefinition,
  SocketType,
  WidgetDefinition,
  WorkflowDocument,
} from "./types";
import { writeJson } from "./writeJson";

export const ROW = 26;
export const HEADER = 32;
export const PADDING = 6;
export const FOOTER = 25;
/** The line that says that a node was muted. */
export const NOTE = 44;
export const WIDTH = 224;
export const TEXT_LINE = 19;
export const LABEL = 22;
export const PICTURE = 160;
export const MIN_WIDTH = 180;

export interface SocketPlace {
  readonly side: "in" | "out";
  readonly name: string;
  readonly slot: number | null;
  /** Unique on the node: `in:prompt`, `in:tools[0]`, `out:response`. */
  readonly handle: string;
  readonly label: string;
  readonly type: SocketType;
  readonly role: ToolRole;
  /** The type whose colour it has: that of tools where tools and their calls go. */
  readonly hue: SocketType;
  readonly row: number;
  readonly x: number;
  readonly y: number;
  readonly input: InputDefinition | null;
  readonly output: OutputDefinition | null;
}

export interface NodeShape {
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly sockets: readonly SocketPlace[];
}

export function handleId(side: "in" | "out", name: string, slot: number | null): string {
  return slot === null ? `${side}:${name}` : `${side}:${name}[${slot}]`;
}

export function readHandle(handle: string): { side: "in" | "out"; socket: string; slot: number | null } {
  const [, side, socket = "", slot] = /^(in|out):(.*?)(?:\[(\d+)\])?$/.exec(handle) ?? [];
  return { side: side === "out" ? "out" : "in", socket, slot: slot === undefined ? null : Number(slot) };
}

export function isTall(widget: WidgetDefinition): boolean {
  return widget.kind === "code" || (widget.kind === "text" && (widget.lines ?? 1) > 1);
}

/** A lone tall widget needs no label: the node's title says what it is. */
export function hasLabel(definition: NodeDefinition, widget: WidgetDefinition): boolean {
  return !(isTall(widget) && definition.widgets.length === 1);
}

export function widgetHeight(definition: NodeDefinition, widget: WidgetDefinition): number {
  const label = hasLabel(definition, widget) ? LABEL : 0;
  if (isTall(widget)) return label + 22 + TEXT_LINE * Math.min(widget.lines ?? 6, 12);
  return widget.kind === "image" ? ROW + 96 : ROW;
}

/** The widgets that a node shows: the advanced ones only where they were changed. */
export function shownWidgets(node: NodeDocument | undefined, definition: NodeDefinition): WidgetDefinition[] {
  return definition.widgets.filter(({ name, advanced, default: plain }) => {
    const value = node?.values?.[name];
    return !advanced || (value !== undefined && writeJson(value) !== writeJson(plain));
  });
}

/** Whether a node's foot is always there: with what it costs, how often it was called, whether it asks. */
export function hasFooter(definition: NodeDefinition): boolean {
  return definition.paid || isCallable(definition);
}

const LETTER = 6.5;
const WIDEST_LABEL = 66;
const widths = new WeakMap<NodeDefinition, number>();

/** Pixels that the labels of a node's rows take at least, so that its controls begin at one line; long ones go beyond. */
export function labelWidth(definition: NodeDefinition): number {
  const before = widths.get(definition);
  if (before !== undefined) return before;
  const rows = definition.widgets.filter(
    (widget) =>
      !widget.advanced && widget.kind !== "toggle" && !isTall(widget) && hasLabel(definition, widget),
  );
  const lengths = rows.map(({ label, name }) => (label || name).length * LETTER);
  const width = Math.max(40, ...lengths.filter((one) => one <= WIDEST_LABEL));
  widths.set(definition, width);
  return width;
}

/** Nodes that make or show something keep room for it, so that nothing jumps when it comes. */
export function hasPreview(definition: NodeDefinition): boolean {
  const shows = definition.tags.some((tag) => tag === "preview" || tag === "display");
  const displays = definition.type.startsWith("display") && definition.inputs.length > 0;
  return definition.paid || shows || displays;
}

/** What a node will show where it keeps room: writing where it calls tools or gives a response, else a picture. */
export function previewOf(definition: NodeDefinition): "picture" | "text" | null {
  if (!hasPreview(definition)) return null;
  const writes = callsTools(definition) || definition.outputs.some(({ name }) => name === "response");
  return writes ? "text" : "picture";
}

/** How many slots of each array socket a node shows: those in use and one free. */
function slotCounts(doc: WorkflowDocument, id: NodeId): Map<string, number> {
  const counts = new Map<string, number>();
  const note = (key: string, slot: number | null) => {
    if (slot !== null) counts.set(key, Math.max(counts.get(key) ?? 0, slot + 1));
  };
  for (const link of linksInto(doc, id)) note(`in:${link.target.socket}`, link.target.slot);
  for (const link of linksFrom(doc, id)) note(`out:${link.source.socket}`, link.source.slot);
  return counts;
}

function expand(
  side: "in" | "out",
  sockets: readonly (InputDefinition | OutputDefinition)[],
  counts: ReadonlyMap<string, number>,
  width: number,
  roleOf: (socket: InputDefinition | OutputDefinition) => ToolRole,
): SocketPlace[] {
  type Slot = { socket: InputDefinition | OutputDefinition; slot: number | null };
  const slots = sockets.flatMap((socket): Slot[] => {
    if (!socket.array) return [{ socket, slot: null }];
    const shown = Math.min((counts.get(`${side}:${socket.name}`) ?? 0) + 1, 1000);
    return Array.from({ length: shown }, (_, slot) => ({ socket, slot }));
  });
  return slots.map(({ socket, slot }, row) => ({
    side,
    name: socket.name,
    slot,
    handle: handleId(side, socket.name, slot),
    label: slot === null ? socket.name : `${socket.name}[${slot}]`,
    type: socket.type,
    role: roleOf(socket),
    hue: roleOf(socket) ? "TOOL" : socket.type,
    row,
    x: side === "in" ? 0 : width,
    y: HEADER + PADDING + row * ROW + ROW / 2,
    input: side === "in" ? (socket as InputDefinition) : null,
    output: side === "out" ? (socket as OutputDefinition) : null,
  }));
}

/** What the library does not know still has the sockets that its links name. */
function guessed(doc: WorkflowDocument, id: NodeId): Pick<NodeDefinition, "inputs" | "outputs"> {
  const inputs = new Map<string, InputDefinition>();
  const outputs = new Map<string, OutputDefinition>();
  for (const { target } of linksInto(doc, id)) {
    const flags = { required: false, pull: false, do_not_wait: false, description: "" };
    inputs.set(target.socket, { name: target.socket, type: "ANY", array: target.slot !== null, ...flags });
  }
  for (const { source } of linksFrom(doc, id))
    outputs.set(source.socket, {
      name: source.socket,
      type: "ANY",
      array: source.slot !== null,
      description: "",
    });
  return { inputs: [...inputs.values()], outputs: [...outputs.values()] };
}

function unknownHeight(doc: WorkflowDocument, id: NodeId): number {
  return 48 + 18 * Math.min(Object.keys(doc.nodes[id]?.values ?? {}).length, 6);
}

function contentHeight(node: NodeDocument | undefined, definition: NodeDefinition): number {
  const shown = shownWidgets(node, definition);
  const widgets = shown.reduce((sum, widget) => sum + widgetHeight(definition, widget), 0);
  const muted = looksOf(node).muted ? NOTE : 0;
  return widgets + muted + (hasPreview(definition) ? PICTURE : 0) + (hasFooter(definition) ? FOOTER : 0);
}

interface Known {
  readonly links: readonly string[];
  readonly place: unknown;
  readonly definition: unknown;
  readonly shape: NodeShape;
}

/** By node and then by id: a copy shares its node with the original until one of them changes. */
const shapes = new WeakMap<object, Map<NodeId, Known>>();

/** The shape of a node; the same object as long as node, links, layout and definition are the same. */
export function shapeOf(
  doc: WorkflowDocument,
  id: NodeId,
  definition: NodeDefinition | undefined,
): NodeShape {
  const node = doc.nodes[id] ?? doc.nodes;
  const [links, place] = [doc.links, doc.layout[id]];
  const byId = shapes.get(node) ?? new Map<NodeId, Known>();
  const known = byId.get(id);
  if (known && known.links === links && known.place === place && known.definition === definition)
    return known.shape;
  const fresh = measure(doc, id, definition);
  const shape = known && sameShape(known.shape, fresh) ? known.shape : fresh;
  shapes.set(node, byId.set(id, { links, place, definition, shape }));
  return shape;
}

function measure(doc: WorkflowDocument, id: NodeId, definition: NodeDefinition | undefined): NodeShape {
  const place = doc.layout[id];
  const { outputs, inputs: declared } = definition ?? guessed(doc, id);
  const inputs = definition ? inputsUnder(definition, doc.nodes[id]) : declared;
  const width = Math.max(MIN_WIDTH, asNumber(place?.[2]) ?? WIDTH);
  const counts = slotCounts(doc, id);
  const gives = (output: OutputDefinition) => (definition ? roleOfOutput(output, definition) : null);
  const ins = expand("in", inputs, counts, width, (socket) => roleOfInput(socket as InputDefinition));
  const sockets = [...ins, ...expand("out", outputs, counts, width, gives)];
  const rows = sockets.reduce((most, socket) => Math.max(most, socket.row + 1), 0);
  const content = definition ? contentHeight(doc.nodes[id], definition) : unknownHeight(doc, id);
  const natural = HEADER + 2 * PADDING + rows * ROW + content;
  return { width, height: Math.max(natural, asNumber(place?.[3]) ?? 0), rows, sockets };
}

export function sameShape(a: NodeShape, b: NodeShape): boolean {
  if (a.width !== b.width || a.height !== b.height || a.sockets.length !== b.sockets.length) return false;
  return a.sockets.every((socket, index) => {
    const other = b.sockets[index];
    return (
      socket.handle === other?.handle && (socket.input ?? socket.output) === (other.input ?? other.output)
    );
  });
}
