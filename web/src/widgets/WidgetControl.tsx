/** A widget of a node of the document: reads its value there and writes it through commands. */

import { setValue } from "../model/commands";
import type { NodeId, WidgetDefinition } from "../model/types";
import { useWidgetProblem } from "../state/checkStore";
import { perform, sealStep, useDoc } from "../state/docStore";
import { controlOf } from "./registry";
import { valueProblem } from "./values";

export interface WidgetControlProps {
  readonly node: NodeId;
  readonly widget: WidgetDefinition;
}

export function WidgetControl({ node, widget }: WidgetControlProps) {
  const stored = useDoc((doc) => doc.nodes[node]?.values?.[widget.name]);
  const value = stored === undefined ? widget.default : stored;
  const found = useWidgetProblem(node, widget.name);
  const Control = controlOf(widget.kind);
  return (
    <Control
      node={node}
      widget={widget}
      value={value}
      label={widget.label || widget.name}
      problem={valueProblem(value, widget) ?? found}
      onChange={(next) => perform(setValue(node, widget.name, next))}
      onDone={sealStep}
    />
  );
}
