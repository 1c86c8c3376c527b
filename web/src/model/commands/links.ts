/** Commands on links: connect and disconnect. */

import type { Draft } from "immer";
import { type Endpoint, parseLink, writeLink } from "../links";
import type { NodeId, WorkflowDocument } from "../types";
import { type Command, command } from "./command";

export interface Wire {
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** Array sockets keep several links, one per slot; with no slot named the next free one is used. */
  readonly sourceArray?: boolean;
  readonly targetArray?: boolean;
  /** Any number of links may end at the target. */
  readonly targetMany?: boolean;
}

function freeSlot(links: readonly string[], side: "source" | "target", end: Endpoint): number {
  const taken = new Set<number | null>();
  for (const text of links) {
    const other = parseLink(text)?.[side];
    if (other?.node === end.node && other.socket === end.socket) taken.add(other.slot);
  }
  let slot = 0;
  while (taken.has(slot)) slot++;
  return slot;
}

function sameEnd(a: Endpoint, b: Endpoint): boolean {
  return a.node === b.node && a.socket === b.socket && a.slot === b.slot;
}

/** Join two sockets; a new link replaces the one that fed the same input or slot, unless that takes many. */
export function connect({ source, target, sourceArray, targetArray, targetMany }: Wire): Command {
  return command("Connect", (doc: Draft<WorkflowDocument>) => {
    const from =
      sourceArray && source.slot === null
        ? { ...source, slot: freeSlot(doc.links, "source", source) }
        : source;
    const to =
      targetArray && target.slot === null
        ? { ...target, slot: freeSlot(doc.links, "target", target) }
        : target;
    const text = writeLink(from, to);
    if (doc.links.includes(text)) return;
    const place = doc.links.findIndex((other) => {
      const link = parseLink(other);
      return !targetMany && link !== null && sameEnd(link.target, to);
    });
    if (place === -1) doc.links.push(text);
    else doc.links[place] = text;
  });
}

/** Lead a link to another input: the old one goes, the new one comes, in one step. */
export function moveLink(old: string, wire: Wire): Command {
  const joined = connect(wire);
  const apply = (doc: WorkflowDocument) => {
    const after = joined.apply(doc);
    return after === doc ? doc : { ...after, links: after.links.filter((text) => text !== old) };
  };
  return { label: "Move link", apply };
}

export function disconnect(links: ReadonlySet<string>): Command {
  return command(links.size === 1 ? "Delete link" : `Delete ${links.size} links`, (doc) => {
    doc.links = doc.links.filter((text) => !links.has(text));
  });
}

/** Cut every link of the given nodes. */
export function isolate(ids: ReadonlySet<NodeId>): Command {
  return command("Disconnect", (doc) => {
    doc.links = doc.links.filter((text) => {
      const link = parseLink(text);
      return !link || !(ids.has(link.source.node) || ids.has(link.target.node));
    });
  });
}
