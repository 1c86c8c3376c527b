import { useShallow } from "zustand/react/shallow";
import { useDoc, useView } from "../../state";
import { jumpTo } from "../editor";
import { useTitle } from "../names";
import { NodeInspector } from "./NodeInspector";
import { WorkflowInspector } from "./WorkflowInspector";

function Chosen({ id }: { id: string }) {
  const title = useTitle(id);
  return (
    <li>
      <button type="button" className="pn-row" onClick={() => jumpTo(id)}>
        <span className="ui-ellipsis">{title}</span> <code className="ui-mut">{id}</code>
      </button>
    </li>
  );
}

/** What is selected: one node, several, or the workflow itself. */
export function InspectorPanel() {
  const chosen = useView(useShallow((view) => [...view.selection]));
  const [only] = chosen;
  const node = useDoc((doc) =>
    only !== undefined && Object.hasOwn(doc.nodes, only) ? doc.nodes[only] : undefined,
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled part must be reached by key
    <section className="pn-room pn-scroll" tabIndex={0} aria-label="Inspector">
      {chosen.length > 1 ? (
        <div className="pn-inspector">
          <header>
            <h2>{chosen.length} nodes selected</h2>
          </header>
          <ul>
            {chosen.slice(0, 100).map((id) => (
              <Chosen key={id} id={id} />
            ))}
          </ul>
        </div>
      ) : only !== undefined && node ? (
        <NodeInspector key={only} id={only} node={node} />
      ) : (
        <WorkflowInspector />
      )}
    </section>
  );
}
