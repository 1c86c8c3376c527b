/** What stands on the display panel, from what the server keeps and what the run that is shown has just told. Pure. */

import type { DisplayEntry, QueuedMessage } from "../../api/types";
import { linksFrom, linksInto } from "../../model/links";
import type { Displayed, Json, NodeId, WorkflowDocument } from "../../model/types";
import { isWritten } from "../../state/chat";

/** One thing on the panel: a message of a person, or something that a node showed. */
export interface Turn {
  readonly key: string;
  readonly written: boolean;
  readonly node: NodeId | null;
  readonly title: string;
  readonly type: DisplayEntry["content_type"];
  readonly data: Json;
  /** Epoch seconds or ISO text; null when nobody knows. */
  readonly at: number | string | null;
}

const keyOf = (run: string, seq: number): string => `${run}.${seq}`;

function ofEntry(entry: DisplayEntry, index: number): Turn {
  const { node_id: node, node_title: title, content_type: type, data, timestamp, run_id, seq } = entry;
  const written = isWritten(entry);
  const key = run_id === null ? `file.${index}` : seq === null ? `${run_id}.said` : keyOf(run_id, seq);
  return { key, written, node, title, type, data, at: timestamp };
}

/** What was kept, in order, then what the run has shown and nobody has kept yet, or that was kept no longer. */
export function turnsOf(
  entries: readonly DisplayEntry[],
  displayed: readonly Displayed[],
  hidden: ReadonlySet<Displayed> = new Set(),
): Turn[] {
  const keys = new Set(entries.map(({ run_id, seq }) => keyOf(run_id ?? "", seq ?? 0)));
  const runs = new Set(entries.map((entry) => (entry.seq === null ? null : entry.run_id)));
  // A run that is told from the history has no numbers: what is kept of it is all of it.
  const known = (event: Displayed) =>
    event.seq > 0 ? keys.has(keyOf(event.run_id, event.seq)) : runs.has(event.run_id);
  const fresh = displayed.filter((event) => !hidden.has(event) && !known(event));
  return [
    ...entries.map(ofEntry),
    ...fresh.map(
      (event, index): Turn => ({
        key: event.seq > 0 ? keyOf(event.run_id, event.seq) : `past.${index}`,
        written: false,
        node: event.node,
        title: event.title,
        type: event.content_type,
        data: event.data,
        at: event.at,
      }),
    ),
  ];
}

/** Messages that wait and are not on the panel yet. */
export function waitingOf(
  queued: readonly QueuedMessage[],
  entries: readonly DisplayEntry[],
): QueuedMessage[] {
  const begun = new Set(entries.map((entry) => entry.run_id));
  return queued.filter((message) => !begun.has(message.run_id));
}

const PASSES_ON = new Set(["image_link_extract", "log"]);

/** The nodes whose text will be displayed: those that feed a Display Output, also through a node that passes it on. */
export function speakersOf(doc: WorkflowDocument): NodeId[] {
  const typeOf = (id: NodeId) => (Object.hasOwn(doc.nodes, id) ? (doc.nodes[id]?.type ?? "") : "");
  const reached = new Set(Object.keys(doc.nodes).filter((id) => typeOf(id) === "display_output"));
  const found = new Set<NodeId>();
  for (const id of reached) {
    for (const { source } of linksInto(doc, id)) {
      found.add(source.node);
      if (PASSES_ON.has(typeOf(source.node))) reached.add(source.node);
    }
  }
  return [...found];
}

/** The node where messages come in: the first of its type, as on the server. */
export const inputOf = ({ nodes }: WorkflowDocument): NodeId | null =>
  Object.keys(nodes).find((id) => nodes[id]?.type === "display_input") ?? null;

/** Whether anything follows from a message. */
export const isHeard = (doc: WorkflowDocument, input: NodeId): boolean => linksFrom(doc, input).length > 0;
