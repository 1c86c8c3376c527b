import type { NodeDefinition, NodeId, WidgetDefinition } from "../../model/types";
import { WidgetControl } from "../../widgets/WidgetControl";

const isWide = ({ kind, lines = 1 }: WidgetDefinition): boolean =>
  lines > 1 || kind === "code" || kind === "image";

function Row({ id, widget }: { id: NodeId; widget: WidgetDefinition }) {
  return (
    <div className="pn-value" data-wide={isWide(widget) || undefined}>
      <span className="ui-mut" title={widget.description || undefined}>
        {widget.label || widget.name}
      </span>
      <WidgetControl node={id} widget={widget} />
    </div>
  );
}

/** The settings of a node, edited by the same controls as on the canvas. */
export function Values({ id, definition }: { id: NodeId; definition: NodeDefinition }) {
  if (definition.widgets.length === 0) return null;
  return (
    <section aria-label="Settings">
      <h3 className="pn-label">Settings</h3>
      {definition.widgets.map((widget) => (
        <Row key={widget.name} id={id} widget={widget} />
      ))}
    </section>
  );
}
