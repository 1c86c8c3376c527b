import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { explain, useApi, useRun as useRunDetail } from "../../api";
import { resumeRun, showPastRun } from "../../state";
import { Button, Copy, format, notify, ProblemNote } from "../../ui";
import { Answer } from "../Answer";
import { Receipts } from "./Receipts";

const GO_ON = "Going on replays what is already paid for and calls only what was never sent.";
const UNANSWERED =
  "A call was sent and never answered: it may have been charged. You decide whether it is made again.";

interface InterruptedProps {
  id: string;
  /** Whether a paid call was sent whose answer never came. */
  unanswered: boolean;
}

/** A run that was cut off, and the ways to go on. */
function Interrupted({ id, unanswered }: InterruptedProps) {
  const api = useApi();
  const [busy, setBusy] = useState(false);
  const goOn = async (step: () => Promise<unknown>) => {
    setBusy(true);
    await step().catch((thrown: unknown) => notify.failed(explain(thrown).message, explain(thrown).remedy));
    setBusy(false);
  };
  const again = async () => showPastRun((await api.resumeRun(id, true)).run_id);
  return (
    <ProblemNote
      severity="warning"
      message="This run was cut off."
      remedy={unanswered ? UNANSWERED : GO_ON}
      action={
        <div className="pn-bar">
          <Button
            size="small"
            icon={<RotateCcw size={13} />}
            busy={busy}
            onClick={() => void goOn(() => resumeRun(id))}
          >
            Resume
          </Button>
          {unanswered && (
            <Button size="small" busy={busy} onClick={() => void goOn(again)}>
              Resume and call again
            </Button>
          )}
        </div>
      }
    />
  );
}

/** What is known of the chosen run: errors, paid calls, and a way to go on when it was cut off. */
export function RunDetails({ id }: { id: string }) {
  const query = useRunDetail(id);
  return (
    <div className="pn-run-details">
      <Answer query={query} shape="lines">
        {(run) => (
          <>
            {run.status === "interrupted" && (
              <Interrupted id={id} unanswered={run.receipts.some(({ charged }) => charged === "unknown")} />
            )}
            {run.errors.map(({ node, message, remedy, code }) => (
              <ProblemNote key={`${node}.${code}`} message={message} remedy={remedy} />
            ))}
            <Receipts receipts={run.receipts} />
            <p className="pn-run-id ui-mono ui-mut">
              <span className="ui-ellipsis">{run.run_id}</span>
              <span>{format.count(run.firings, "firing")}</span>
              <Copy label="Copy the id of the run" text={run.run_id} />
            </p>
          </>
        )}
      </Answer>
    </div>
  );
}
