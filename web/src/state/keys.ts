/** Keys never enter the document: a key found in a secret widget goes to the store and leaves its name. */

import { api } from "../api/client";
import type { Piece } from "../model/clipboard";
import { isSecretName, looksLikeKey } from "../model/keyShape";
import type { Json, NodeDocument } from "../model/types";
import { notify } from "../ui";
import { definitionOf } from "./libraryStore";
import { refreshInfo, serverStore } from "./serverStore";

/** The next free name for a provider's key: `openai`, then `openai_2`. */
export function freeSecretName(stem: string, taken: readonly string[]): string {
  const base = isSecretName(stem) ? stem : "key";
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number++) if (!taken.includes(`${base}_${number}`)) return `${base}_${number}`;
}

export async function listSecrets(): Promise<void> {
  const { secrets } = await api.secrets();
  serverStore.setState({ secrets: secrets.map((secret) => secret.name) });
}

/** After a change of the secrets: their names, and which keys the server uses now. */
export async function refreshSecrets(): Promise<void> {
  await listSecrets();
  await refreshInfo().catch(() => undefined); // the next answer of the server brings it
}

/** Put a key into the store and return the name that stands for it. */
export async function storeKey(value: string, name: string): Promise<string> {
  await api.putSecret(name, value);
  await refreshSecrets();
  return name;
}

async function cleaned(node: NodeDocument): Promise<NodeDocument> {
  const values: Record<string, Json> = { ...node.values };
  let found = false;
  for (const widget of definitionOf(node.type)?.widgets ?? []) {
    const value = values[widget.name];
    if (widget.kind !== "secret" || typeof value !== "string" || !value || !looksLikeKey(value)) continue;
    found = true;
    const name = freeSecretName(widget.provider ?? "key", serverStore.getState().secrets);
    values[widget.name] = await storeKey(value, name).catch(() => "");
    notify.say(
      values[widget.name] ? `A key was moved to the secret "${name}"` : "A key was left out",
      "Workflows hold only the names of keys.",
    );
  }
  return found ? { ...node, values } : node;
}

/** The same piece without any key in it; used before something from outside enters the document. */
export async function withoutKeys<T extends Pick<Piece, "nodes">>(piece: T): Promise<T> {
  const nodes: [string, NodeDocument][] = [];
  for (const [id, node] of Object.entries(piece.nodes)) nodes.push([id, await cleaned(node)]);
  const changed = nodes.some(([id, node]) => node !== piece.nodes[id]);
  return changed ? { ...piece, nodes: Object.fromEntries(nodes) } : piece;
}
