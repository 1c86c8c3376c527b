import { sourceOf } from "../../model/source";
import type { Json, NodeId } from "../../model/types";
import { useRun } from "../../state";
import { Copy, Cut } from "../../ui";
import { JsonText, pretty } from "../display/JsonText";
import { Picture } from "../display/Picture";

const isPicture = (value: Json): boolean => {
  const source = sourceOf(value, globalThis.location.origin);
  return (
    source?.kind === "own" &&
    (/\.(png|jpe?g|webp|gif)$/i.test(source.src) || source.src.startsWith("data:image/"))
  );
};

function Value({ value, label }: { value: Json; label: string }) {
  if (isPicture(value)) return <Picture data={value} label={label} />;
  if (typeof value === "string") return <Cut text={value} limit={600} />;
  return typeof value === "object" && value !== null ? (
    <JsonText data={value} />
  ) : (
    <code>{String(value)}</code>
  );
}

/** What the node sent last in the run that is shown. */
export function Outputs({ id }: { id: NodeId }) {
  const outputs = useRun((run) => run.outputs[id]);
  const entries = Object.entries(outputs ?? {});
  if (entries.length === 0) return null;
  return (
    <section aria-label="Last outputs">
      <h3 className="pn-label">Last outputs</h3>
      {entries.map(([socket, value]) => (
        <div key={socket} className="pn-output">
          <div className="pn-output-head">
            <span className="ui-mut">{socket}</span>
            <Copy label={`Copy ${socket}`} text={() => (typeof value === "string" ? value : pretty(value))} />
          </div>
          <Value value={value} label={socket} />
        </div>
      ))}
    </section>
  );
}
