import { useState } from "react";
import { isMadeUp, isWorkflowId, slug } from "../../model/workflowId";
import { changeId, takeNameAsId, useDoc, useDocState } from "../../state";
import { Button, Copy, Field, Input } from "../../ui";

const HINT = "What programs call it. The old id stops working at once, and undo does not bring it back.";
const WRONG = "Up to 64 lower-case letters, digits, - or _, and a letter or digit first.";

/** The id of the workflow, changed in place; one that nobody chose can be made of the name. */
export function WorkflowId() {
  const id = useDocState((state) => state.id);
  const words = useDoc((doc) => slug(doc.name));
  const [typed, setTyped] = useState<string | null>(null);
  const next = (typed ?? id).trim();
  const wrong = next !== "" && !isWorkflowId(next);
  const finish = () => {
    if (wrong) return;
    setTyped(null);
    if (next !== "" && next !== id) void changeId(next);
  };
  return (
    <div className="pn-naming">
      <Field label="Id" hint={HINT} error={wrong ? WRONG : undefined}>
        <Input
          className="ui-mono"
          value={typed ?? id}
          maxLength={64}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={finish}
          onKeyDown={(event) => {
            if (event.key === "Escape") setTyped(null);
            if (event.key === "Enter") finish();
          }}
        />
      </Field>
      <div className="pn-bar">
        <Copy words label="Copy the id" text={id} />
        {isMadeUp(id) && (
          <Button size="small" onClick={() => void takeNameAsId()}>
            Use “{words}”
          </Button>
        )}
      </div>
    </div>
  );
}
