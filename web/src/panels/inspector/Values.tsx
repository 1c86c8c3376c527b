import type { Json, NodeDefinition, NodeDocument, WidgetDefinition } from "../../model/types";
import { Cut } from "../../ui";
import { pretty } from "../display/JsonText";

function shown(widget: WidgetDefinition, value: Json): string {
  if (widget.kind === "secret")
    return value === "" || value === null ? "the key of the provider" : `secret “${String(value)}”`;
  if (widget.kind === "toggle") return value === true ? "on" : "off";
  if (value === "" || value === null) return "empty";
  return typeof value === "object" ? pretty(value) : String(value);
}

/** The settings of a node. */
export function Values({ node, definition }: { node: NodeDocument; definition: NodeDefinition }) {
  if (definition.widgets.length === 0) return null;
  return (
    <section aria-label="Settings">
      <h3 className="pn-label">Settings</h3>
      <dl className="pn-values">
        {definition.widgets.map((widget) => {
          const value = node.values?.[widget.name] ?? widget.default;
          const warning = widget.option_warnings?.[String(value)];
          return (
            <div key={widget.name} title={widget.description || undefined}>
              <dt>{widget.label || widget.name}</dt>
              <dd>
                <Cut text={shown(widget, value)} limit={280} />
                {warning && <p className="pn-warn">{warning}</p>}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
