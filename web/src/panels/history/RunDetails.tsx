import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { explain, useRun as useRunDetail } from "../../api";
import { resumeRun } from "../../state";
import { Button, Copy, format, notify, ProblemNote } from "../../ui";
import { Answer } from "../Answer";
import { Receipts } from "./Receipts";

const INTERRUPTED =
  "This run was cut off. Going on replays what is already paid for and calls only what was never sent.";

/** What is known of the chosen run: errors, paid calls, and a way to go on when it was cut off. */
export function RunDetails({ id }: { id: string }) {
  const query = useRunDetail(id);
  const [busy, setBusy] = useState(false);
  const resume = async () => {
    setBusy(true);
    await resumeRun(id).catch((thrown: unknown) =>
      notify.failed(explain(thrown).message, explain(thrown).remedy),
    );
    setBusy(false);
  };
  return (
    <div className="pn-run-details">
      <Answer query={query} shape="lines">
        {(run) => (
          <>
            {run.status === "interrupted" && (
              <ProblemNote
                severity="warning"
                message="Interrupted."
                remedy={INTERRUPTED}
                action={
                  <Button
                    size="small"
                    icon={<RotateCcw size={13} />}
                    busy={busy}
                    onClick={() => void resume()}
                  >
                    Resume
                  </Button>
                }
              />
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
