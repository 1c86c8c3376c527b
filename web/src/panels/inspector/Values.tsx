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

function Group({ id, title, widgets }: { id: NodeId; title: string; widgets: readonly WidgetDefinition[] }) {
  if (widgets.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="pn-label">{title}</h3>
      {widgets.map((widget) => (
        <Row key={widget.name} id={id} widget={widget} />
      ))}
    </section>
  );
}

/** The settings of a node, edited by the same controls as on the canvas. */
export function Values({ id, definition }: { id: NodeId; definition: NodeDefinition }) {
  const usual = definition.widgets.filter((widget) => !widget.advanced);
  const advanced = definition.widgets.filter((widget) => widget.advanced);
  return (
    <>
      <Group id={id} title="Settings" widgets={usual} />
      <Group id={id} title="Advanced" widgets={advanced} />
    </>
  );
}
