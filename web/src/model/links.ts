/** Links as the file writes them: `text.text_out -> llm.tools[0]`. */

import type { NodeId, WorkflowDocument } from "./types";

export interface Endpoint {
  readonly node: NodeId;
  readonly socket: string;
  readonly slot: number | null;
}

export interface Link {
  readonly text: string;
  readonly source: Endpoint;
  readonly target: Endpoint;
}

const END = String.raw`([A-Za-z0-9_-]{1,64})\.([^\s.[\]]+)(?:\[(\d{1,6})\])?`;
const PATTERN = new RegExp(String.raw`^\s*${END}\s*->\s*${END}\s*$`);
const parsed = new Map<string, Link | null>();

function endpoint(node: string, socket: string, slot: string | undefined): Endpoint {
  return { node, socket, slot: slot === undefined ? null : Number(slot) };
}

/** Read one link; null when the text is none (it is kept in the file all the same). */
export function parseLink(text: unknown): Link | null {
  if (typeof text !== "string") return null;
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const match = PATTERN.exec(text);
  const [, a = "", b = "", c, d = "", e = "", f] = match ?? [];
  const link = match && { text, source: endpoint(a, b, c), target: endpoint(d, e, f) };
  if (parsed.size > 50_000) parsed.clear();
  parsed.set(text, link);
  return link;
}

export function writeEndpoint({ node, socket, slot }: Endpoint): string {
  return slot === null ? `${node}.${socket}` : `${node}.${socket}[${slot}]`;
}

export function writeLink(source: Endpoint, target: Endpoint): string {
  return `${writeEndpoint(source)} -> ${writeEndpoint(target)}`;
}

export interface LinkIndex {
  readonly all: readonly Link[];
  readonly from: ReadonlyMap<NodeId, readonly Link[]>;
  readonly into: ReadonlyMap<NodeId, readonly Link[]>;
}

const indexes = new WeakMap<readonly string[], LinkIndex>();

function group(links: readonly Link[], key: (link: Link) => NodeId): Map<NodeId, Link[]> {
  const groups = new Map<NodeId, Link[]>();
  for (const link of links) {
    const found = groups.get(key(link));
    if (found) found.push(link);
    else groups.set(key(link), [link]);
  }
  return groups;
}

/** All readable links of a document, by the nodes they join; computed once per list of links. */
export function linkIndex(doc: WorkflowDocument): LinkIndex {
  const known = indexes.get(doc.links);
  if (known) return known;
  const all = doc.links.map(parseLink).filter((link) => link !== null);
  const index = { all, from: group(all, (l) => l.source.node), into: group(all, (l) => l.target.node) };
  indexes.set(doc.links, index);
  return index;
}

export function linksFrom(doc: WorkflowDocument, id: NodeId): readonly Link[] {
  return linkIndex(doc).from.get(id) ?? [];
}

export function linksInto(doc: WorkflowDocument, id: NodeId): readonly Link[] {
  return linkIndex(doc).into.get(id) ?? [];
}
