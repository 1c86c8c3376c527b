import { describeWorkflow, setPublished, setResourceUri } from "../../model/commands";
import { DOORS, type Door, isOpen, parametersOf, resultsOf } from "../../model/doors";
import type { NodeId } from "../../model/types";
import { isMadeUp } from "../../model/workflowId";
import { docStore, perform, sealStep, takeNameAsId, useDoc, useDocState } from "../../state";
import { Field, Input, SwitchRow, TextArea } from "../../ui";
import { jumpTo } from "../editor";
import { HowToUse } from "./HowToUse";
import { WorkflowId } from "./WorkflowId";

const HINTS: Record<Door, string> = {
  model: "Any OpenAI client can chat with it.",
  tool: "Any MCP client can call it.",
  prompt: "MCP clients offer its text as a prompt.",
  resource: "MCP clients can read its result.",
};

/** Open or close a door. With the first one that opens, an id that nobody chose gives way to the name. */
function publish(door: Door, on: boolean): void {
  const { doc, id } = docStore.getState();
  const first = on && !DOORS.some((one) => isOpen(doc, one));
  perform(setPublished(door, on));
  if (first && isMadeUp(id)) void takeNameAsId(true);
}

function Doors() {
  const open = useDoc((doc) => DOORS.filter((door) => isOpen(doc, door)).join(" ")).split(" ");
  return DOORS.map((door) => (
    <SwitchRow
      key={door}
      label={door.charAt(0).toUpperCase() + door.slice(1)}
      hint={HINTS[door]}
      on={open.includes(door)}
      onChange={(on) => publish(door, on)}
    />
  ));
}

function Place({ node, name, facts }: { node: NodeId; name: string; facts: string }) {
  return (
    <li>
      <button type="button" className="pn-row" onClick={() => jumpTo(node)}>
        <code className="ui-ellipsis">{name}</code> <span className="ui-small ui-mut">{facts}</span>
      </button>
    </li>
  );
}

function Ends() {
  const nodes = useDoc((doc) => doc.nodes);
  const parameters = parametersOf({ nodes });
  const results = resultsOf({ nodes });
  return (
    <div className="pn-ends">
      <h4>Takes</h4>
      <ul>
        {parameters.map(({ node, name, type, required }) => (
          <Place key={node} node={node} name={name} facts={`${type}${required ? "" : ", optional"}`} />
        ))}
      </ul>
      {parameters.length === 0 && <p className="ui-small ui-mut">Nothing: it has no Input node.</p>}
      <h4>Gives</h4>
      <ul>
        {results.map(({ node, name }) => (
          <Place key={node} node={node} name={name} facts="result" />
        ))}
      </ul>
      {results.length === 0 && <p className="ui-small ui-mut">Nothing: it has no Output node.</p>}
    </div>
  );
}

function Address() {
  const uri = useDoc((doc) => doc.resource_uri ?? "");
  const id = useDocState((state) => state.id);
  return (
    <Field label="Address of the resource" hint="May hold parameters, such as notes://{topic}.">
      <Input
        value={uri}
        placeholder={`workflow://${id}`}
        onChange={(event) => perform(setResourceUri(event.target.value.trim()))}
        onBlur={sealStep}
      />
    </Field>
  );
}

/** As what other programs may use the workflow, what they give and get, and how they reach it. */
export function Publish() {
  const description = useDoc((doc) => doc.description ?? "");
  const any = useDoc((doc) => DOORS.some((door) => isOpen(doc, door)));
  const resource = useDoc((doc) => isOpen(doc, "resource"));
  return (
    <section aria-label="Publish" id="publish" className="pn-publish">
      <h3 className="pn-label">Publish as</h3>
      <Doors />
      {any && (
        <>
          <WorkflowId />
          <Field label="Description" hint="What clients and models are told of it.">
            <TextArea
              rows={2}
              maxLength={4000}
              value={description}
              onChange={(event) => perform(describeWorkflow(event.target.value))}
              onBlur={sealStep}
            />
          </Field>
          {resource && <Address />}
          <Ends />
          <HowToUse />
        </>
      )}
    </section>
  );
}
