/** Whose key a secret widget names: a fixed provider's, or that of the provider another widget of the node says. */

import type { NodeDefinition, NodeDocument, WidgetDefinition } from "./types";

export function keyProvider(
  node: NodeDocument | undefined,
  definition: NodeDefinition | undefined,
  widget: WidgetDefinition,
): string {
  const { provider = "", provider_widget: by } = widget;
  if (!by) return provider;
  const said = node?.values?.[by] ?? definition?.widgets.find(({ name }) => name === by)?.default;
  return typeof said === "string" && said.trim() ? said.trim() : provider;
}

/** The provider whose key a node uses, if it uses one. */
export function nodeProvider(
  node: NodeDocument | undefined,
  definition: NodeDefinition | undefined,
): string | null {
  const widget = definition?.widgets.find(({ kind }) => kind === "secret");
  return widget ? keyProvider(node, definition, widget) : null;
}
