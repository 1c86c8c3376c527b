import { History, Play } from "lucide-react";
import { explain, useRuns } from "../../api";
import { showPastRun, startRun, useRun } from "../../state";
import { Button, EmptyState, notify } from "../../ui";
import { Answer } from "../Answer";
import { Panel } from "../Panel";
import { RunDetails } from "./RunDetails";
import { RunRow } from "./RunRow";

const show = (id: string): void =>
  void showPastRun(id).catch((thrown: unknown) =>
    notify.failed(explain(thrown).message, explain(thrown).remedy),
  );

/** Past and present runs; a click shows one again on the canvas and in the display panel. */
export function HistoryPanel() {
  const query = useRuns();
  const shown = useRun((run) => run.runId);
  return (
    <Panel title="History">
      <Answer query={query}>
        {(runs) =>
          runs.length === 0 ? (
            <EmptyState
              icon={<History size={22} />}
              text="Every run is kept here with its time, its cost and what it showed."
              action={
                <Button icon={<Play size={14} />} onClick={() => void startRun()}>
                  Run
                </Button>
              }
            />
          ) : (
            <ul className="pn-list">
              {runs.map((run) => (
                <li key={run.run_id}>
                  <RunRow run={run} shown={run.run_id === shown} onShow={show} />
                  {run.run_id === shown && run.status !== "running" && <RunDetails id={run.run_id} />}
                </li>
              ))}
              {query.hasNextPage && (
                <li>
                  <Button
                    kind="quiet"
                    className="pn-wide"
                    busy={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    Show older runs
                  </Button>
                </li>
              )}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}
