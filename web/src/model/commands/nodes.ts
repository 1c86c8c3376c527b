/** Commands on nodes: add, remove, move, resize, rename, set a value, choose the start. */

import type { Draft } from "immer";
import { newNodeId } from "../ids";
import { parseLink } from "../links";
import { type Point, positionOf } from "../placement";
import type { Json, NodeDefinition, NodeDocument, NodeId, WorkflowDocument } from "../types";
import { type Command, command } from "./command";

export interface NewNode {
  readonly definition: NodeDefinition;
  readonly at: Point;
  readonly id?: NodeId;
  readonly values?: Readonly<Record<string, Json>>;
}

/** The id the next node of this type gets. */
export function nextId(doc: WorkflowDocument, type: string): NodeId {
  return newNodeId(type, (id) => Object.hasOwn(doc.nodes, id));
}

const whole = (point: Point): [number, number] => [Math.round(point.x), Math.round(point.y)];

export function addNode({ definition, at, id, values }: NewNode): Command {
  return command(`Add ${definition.title}`, (doc) => {
    const key = id ?? nextId(doc as WorkflowDocument, definition.type);
    const node: NodeDocument = values ? { type: definition.type, values } : { type: definition.type };
    doc.nodes[key] = node as Draft<NodeDocument>;
    doc.layout[key] = whole(at);
  });
}

export function removeNodes(ids: ReadonlySet<NodeId>): Command {
  return command(ids.size === 1 ? "Delete node" : `Delete ${ids.size} nodes`, (doc) => {
    for (const id of ids) {
      delete doc.nodes[id];
      delete doc.layout[id];
    }
    const kept = doc.links.filter((text) => {
      const link = parseLink(text);
      return !link || !(ids.has(link.source.node) || ids.has(link.target.node));
    });
    if (kept.length !== doc.links.length) doc.links = kept;
    if (doc.start !== undefined && ids.has(doc.start)) delete doc.start;
  });
}

export function moveNodes(places: ReadonlyMap<NodeId, Point>, merge?: string): Command {
  const label = places.size === 1 ? "Move node" : `Move ${places.size} nodes`;
  const change = (doc: Draft<WorkflowDocument>) => {
    for (const [id, point] of places) {
      if (!doc.nodes[id]) continue;
      const [x, y] = whole(point);
      const [nowX, nowY] = doc.layout[id] ?? [];
      if (nowX === x && nowY === y) continue;
      const size = (doc.layout[id] ?? []).slice(2);
      doc.layout[id] = [x, y, ...size];
    }
  };
  return command(label, change, merge);
}

export function resizeNode(id: NodeId, width: number, height: number, at?: Point): Command {
  const change = (doc: Draft<WorkflowDocument>) => {
    if (!doc.nodes[id]) return;
    const place = at ?? positionOf(doc as WorkflowDocument, id);
    doc.layout[id] = [...whole(place), Math.round(width), Math.round(height)];
  };
  return command("Resize node", change, `resize:${id}`);
}

export function setValue(id: NodeId, widget: string, value: Json, label = "Change value"): Command {
  const change = (doc: Draft<WorkflowDocument>) => {
    const node = doc.nodes[id];
    if (!node) return;
    node.values = { ...node.values, [widget]: value } as Draft<NodeDocument>["values"];
  };
  return command(label, change, `value:${id}:${widget}`);
}

/** Known keys come first and in this order, as the server writes them. */
function inOrder({ type, title, ask, values, ...rest }: NodeDocument): NodeDocument {
  const known = { type, title, ask, values };
  return {
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    ...rest,
  } as NodeDocument;
}

/** Whether a person is asked before each call of a tool node. */
export function setAsk(id: NodeId, ask: boolean): Command {
  return command(ask ? "Ask before each call" : "Call without asking", (doc) => {
    const node = doc.nodes[id];
    if (!node) return;
    const { ask: _before, ...rest } = node as NodeDocument;
    doc.nodes[id] = inOrder((ask ? { ...rest, ask } : rest) as NodeDocument) as Draft<NodeDocument>;
  });
}

export function setTitle(id: NodeId, title: string): Command {
  return command("Rename node", (doc) => {
    const node = doc.nodes[id];
    if (!node) return;
    if (title.trim()) node.title = title.trim();
    else delete node.title;
  });
}

export function setStart(id: NodeId | null): Command {
  return command(id === null ? "Clear start" : "Set start", (doc) => {
    if (id === null) delete doc.start;
    else doc.start = id;
  });
}

export function renameWorkflow(name: string): Command {
  return command("Rename workflow", (doc) => {
    doc.name = name;
  });
}
