/** How widgets change the way in which inputs take part: the definition says it, nothing is decided here. */

import type { InputDefinition, NodeDefinition, NodeDocument, SocketRule } from "./types";

/** By rule, so that an input stays the same object as long as the same rule holds. */
const ruled = new WeakMap<SocketRule, InputDefinition>();

/** An input as the values of its node make it. */
export function inputUnder(
  input: InputDefinition,
  definition: NodeDefinition,
  node: NodeDocument | undefined,
): InputDefinition {
  const held = (name: string) =>
    node?.values?.[name] ?? definition.widgets.find((widget) => widget.name === name)?.default;
  const rule = input.when?.find(({ widget, value }) => held(widget) === value);
  if (!rule) return input;
  const known = ruled.get(rule) ?? { ...input, pull: rule.pull, do_not_wait: rule.do_not_wait };
  ruled.set(rule, known);
  return known;
}

/** All inputs of a node as its values make them. */
export function inputsUnder(
  definition: NodeDefinition,
  node: NodeDocument | undefined,
): readonly InputDefinition[] {
  return definition.inputs.map((input) => inputUnder(input, definition, node));
}
