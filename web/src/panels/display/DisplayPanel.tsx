import { ArrowDown, Eraser, Image, Play } from "lucide-react";
import { useMemo } from "react";
import type { RunError } from "../../model/types";
import { isRunning, startRun, useRun } from "../../state";
import { Button, EmptyState, IconButton } from "../../ui";
import { clearDisplayed, useCleared } from "../cleared";
import { jumpTo } from "../editor";
import { NodeProblem } from "../NodeProblem";
import { useTitle } from "../names";
import { useStick } from "../useStick";
import { Entry } from "./Entry";

function Failure({ error }: { error: RunError }) {
  const title = useTitle(error.node);
  return (
    <div className="pn-entry">
      <header>
        <button type="button" className="pn-who" onClick={() => jumpTo(error.node)}>
          {title}
        </button>
      </header>
      <NodeProblem node={error.node} error={error} />
    </div>
  );
}

/** What the run has shown, in order, like a conversation. */
export function DisplayPanel() {
  const displayed = useRun((run) => run.displayed);
  const errors = useRun((run) => run.errors);
  const status = useRun((run) => run.status);
  const cleared = useCleared((now) => now.displayed);
  const entries = useMemo(() => displayed.filter((entry) => !cleared.has(entry)), [displayed, cleared]);
  const { ref, atEnd, toEnd } = useStick(entries.length + errors.length);
  const empty = entries.length === 0 && errors.length === 0;
  return (
    <div className="pn-room">
      <div className="pn-scroll" ref={ref}>
        <div className="pn-feed" role="log" aria-label="What the run has shown" aria-live="polite">
          {entries.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: runs of the past give no sequence numbers; entries are only added
            <Entry key={`${entry.run_id}.${entry.seq}.${index}`} entry={entry} />
          ))}
          {errors.map((error, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: errors are only ever added at the end
            <Failure key={`${error.node}.${error.code}.${index}`} error={error} />
          ))}
        </div>
        {empty &&
          (isRunning(status) ? (
            <EmptyState icon={<Image size={22} />} text="The run is under way. What it shows appears here." />
          ) : (
            <EmptyState
              icon={<Image size={22} />}
              text={
                displayed.length > 0
                  ? "What was shown is cleared. The next run shows its results here."
                  : status === null
                    ? "Run the workflow: what its Display Output nodes get appears here."
                    : "This run has shown nothing. Connect a Display Output node to see a result here."
              }
              action={
                <Button icon={<Play size={14} />} onClick={() => void startRun()}>
                  Run
                </Button>
              }
            />
          ))}
      </div>
      {!atEnd && (
        <Button size="small" className="pn-newer" icon={<ArrowDown size={13} />} onClick={toEnd}>
          Newest
        </Button>
      )}
      {entries.length > 0 && (
        <div className="pn-corner">
          <IconButton
            size="small"
            side="left"
            label="Clear what is shown"
            icon={<Eraser size={14} />}
            onClick={() => clearDisplayed(displayed)}
          />
        </div>
      )}
    </div>
  );
}
