import { inputsUnder } from "../../model/rules";
import { isCallable } from "../../model/tools";
import type { NodeDocument, NodeId } from "../../model/types";
import { showDocs, useDefinition, useProblems } from "../../state";
import { nodeColour, ProblemNote, Words } from "../../ui";
import { Asking } from "./Asking";
import { Outputs } from "./Outputs";
import { Problems } from "./Problems";
import { RunFacts } from "./RunFacts";
import { Sockets } from "./Sockets";
import { Values } from "./Values";

/** All about one node. */
export function NodeInspector({ id, node }: { id: NodeId; node: NodeDocument }) {
  const definition = useDefinition(node.type);
  const found = useProblems(id);
  const problems = definition ? found : found.filter(({ code }) => code !== "unknown_type"); // said below
  return (
    <div className="pn-inspector">
      <header>
        <h2>
          <span className="pn-square" style={{ background: nodeColour(definition) }} />
          {node.title || definition?.title || id}
        </h2>
        <p className="ui-small ui-mut">
          {definition ? `${definition.title} · ` : ""}
          <code>{id}</code>
          {definition && ` · ${definition.category}`}
          {definition?.paid && " · may cost money"}
        </p>
      </header>
      {definition ? (
        <p>
          <Words text={definition.description} />{" "}
          <button type="button" className="ui-link" onClick={() => showDocs(definition.type)}>
            Documentation
          </button>
        </p>
      ) : (
        <ProblemNote
          severity="warning"
          message={`The node type ${node.type} is not installed.`}
          remedy="It is kept as it is and saved back unchanged. Install the pack it comes from to run it."
        />
      )}
      {problems.length > 0 && <Problems problems={problems} jump={false} />}
      <RunFacts id={id} />
      {definition && <Values id={id} definition={definition} />}
      {(isCallable(definition) || node.ask) && <Asking id={id} />}
      <Outputs id={id} />
      {definition && <Sockets inputs={inputsUnder(definition, node)} outputs={definition.outputs} />}
    </div>
  );
}
