/** Display files: a conversation as JSON, in the form that the older system reads and writes too. Pure. */

import type { DisplayEntry } from "../../api/types";
import { isRecord } from "../../model/document";
import type { Json } from "../../model/types";

/** The text of a display file. */
export function writeDisplay(entries: readonly DisplayEntry[]): string {
  const context = entries.map(({ node_id, node_title, content_type, data, timestamp }) => ({
    node_id,
    node_title,
    content_type,
    data,
    timestamp,
  }));
  return `${JSON.stringify({ context, graph_hash: null }, null, 2)}\n`;
}

/** The entries in the text of a display file; null when it is none. */
export function readDisplay(text: string): Json[] | null {
  try {
    const read: unknown = JSON.parse(text);
    const entries = isRecord(read) ? (read.context ?? read.entries) : read;
    return Array.isArray(entries) ? (entries as Json[]) : null;
  } catch {
    return null; // no JSON at all
  }
}

/** `a-lion.display.json`, from the name of a workflow's file. */
export const displayFileName = (flowFile: string): string =>
  flowFile.replace(/\.flow\.json$/, ".display.json");
