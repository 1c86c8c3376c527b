/** What the earlier editor said of a node's looks, as far as this one shows it; all of it stays in the file. */

import { tintOf } from "./colours";
import { isRecord } from "./document";
import { asNumber } from "./exactNumber";
import type { NodeDocument } from "./types";

export interface Looks {
  /** Mixed into the head of the node. */
  readonly tint: string | null;
  /** It was switched off there, and ran all the same. */
  readonly muted: boolean;
}

const plain: Looks = { tint: null, muted: false };
const known = new WeakMap<object, Looks>();
const MUTED: ReadonlySet<number | null> = new Set([2, 4]);

function read(aside: Record<string, unknown>): Looks {
  return {
    tint: tintOf(aside.color) ?? tintOf(aside.bgcolor),
    muted: MUTED.has(asNumber(aside.mode)),
  };
}

/** How an older file wanted a node to look. */
export function looksOf(node: NodeDocument | undefined): Looks {
  const aside = node?.litegraph;
  if (!isRecord(aside)) return plain;
  const before = known.get(aside);
  if (before) return before;
  const looks = read(aside);
  known.set(aside, looks);
  return looks;
}
