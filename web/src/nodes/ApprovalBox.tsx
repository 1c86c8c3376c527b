/** A call that waits for a person, inside the tool node: what would be called with what, and the two answers. */

import { type FormEvent, useState } from "react";
import type { ApprovalAsked, NodeId } from "../model/types";
import { useNodeRun } from "../state/runStore";
import { decide } from "../state/runs";
import { Button, Cut, format } from "../ui";

/** The arguments as a person reads them: laid out, or the bare text where they are none. */
export function readable(value: ApprovalAsked["arguments"]): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function Answer({ asked, more }: { asked: ApprovalAsked; more: number }) {
  const [reason, setReason] = useState("");
  const [sent, setSent] = useState(false);
  const answer = (approved: boolean) => {
    setSent(true);
    void decide(asked.call_id, approved, reason).finally(() => setSent(false));
  };
  const refuse = (event: FormEvent) => {
    event.preventDefault();
    answer(false);
  };
  return (
    <form className="node-approval-form" onSubmit={refuse}>
      <input
        className="ui-input"
        aria-label="Reason for a refusal"
        placeholder="Why not, if you refuse"
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="node-approval-foot">
        <span className="ui-grow ui-small ui-mut">{more > 0 && `${more} more after this`}</span>
        <Button size="small" type="submit" disabled={sent}>
          Refuse
        </Button>
        <Button size="small" kind="primary" disabled={sent} onClick={() => answer(true)}>
          Allow
        </Button>
      </div>
    </form>
  );
}

export function ApprovalBox({ id }: { id: NodeId }) {
  const { asking } = useNodeRun(id);
  const [asked] = asking;
  if (!asked) return null;
  return (
    <section className="node-approval nodrag nopan nowheel" aria-label={`Allow ${asked.name}?`}>
      <p>
        A model wants to call <strong>{asked.name}</strong>
        {asking.length > 1 && ` (1 of ${format.count(asking.length, "call")})`}
      </p>
      <div className="node-approval-call">
        <Cut text={readable(asked.arguments)} limit={400} render={(shown) => <pre>{shown}</pre>} />
      </div>
      <Answer key={asked.call_id} asked={asked} more={asking.length - 1} />
    </section>
  );
}
