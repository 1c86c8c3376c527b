/** A widget on a node: label left and control right, or one above the other when it is tall. */

import { hasLabel, isTall, labelWidth, widgetHeight } from "../model/geometry";
import type { NodeDefinition, NodeId, WidgetDefinition } from "../model/types";
import { WidgetControl } from "../widgets/WidgetControl";

export interface WidgetRowProps {
  readonly node: NodeId;
  readonly definition: NodeDefinition;
  readonly widget: WidgetDefinition;
}

export function WidgetRow({ node, definition, widget }: WidgetRowProps) {
  const tall = isTall(widget) || widget.kind === "image";
  const name = widget.label || widget.name;
  return (
    <div
      className="widget"
      data-tall={tall || undefined}
      data-switch={widget.kind === "toggle" || undefined}
      style={{ height: widgetHeight(definition, widget) }}
    >
      {hasLabel(definition, widget) && (
        <span
          className="widget-label"
          style={{ minWidth: labelWidth(definition) }}
          title={[name, widget.description].filter(Boolean).join("\n")}
        >
          {name}
        </span>
      )}
      <WidgetControl node={node} widget={widget} />
    </div>
  );
}
