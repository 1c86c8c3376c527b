import clsx from "clsx";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { explain, type Listener } from "../../api";
import { openWorkflow, setView, showPastRun, stopListening, useListening } from "../../state";
import { Button, format, IconButton, notify, ProblemNote } from "../../ui";
import { HeardNodeRow } from "./HeardNodeRow";

const WORDS: Record<Listener["runs"][number]["status"], string> = {
  running: "running",
  succeeded: "done",
  failed: "failed",
  cancelled: "stopped",
  interrupted: "interrupted",
};

function attempt(step: () => Promise<unknown>): void {
  void step().catch((thrown: unknown) => notify.failed(explain(thrown).message, explain(thrown).remedy));
}

function LastRuns({ listener: { runs, workflow_id }, open }: { listener: Listener; open: boolean }) {
  if (runs.length === 0) return <p className="ui-small ui-mut">Nothing came yet.</p>;
  const show = (id: string) =>
    attempt(async () => {
      if (!open) await openWorkflow(workflow_id);
      setView({ rail: "history" });
      await showPastRun(id);
    });
  return (
    <section aria-label="Last runs">
      <h4 className="pn-label">Last runs</h4>
      <ul>
        {runs.map(({ run_id, status, started_at, asking = 0 }) => {
          const asks = status === "running" && asking > 0;
          return (
            <li key={run_id}>
              <button type="button" className="pn-row pn-heard-run" onClick={() => show(run_id)}>
                <span className={`pn-status pn-status-${asks ? "asks" : status} ui-grow`}>
                  {asks ? "waits for you" : WORDS[status]}
                </span>
                <span className="ui-mut ui-small ui-num">
                  {started_at === null ? "" : format.when(started_at)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Stop it; whoever works by keys goes on with the next one, or with the room when it was the last. */
async function stop(id: string, button: HTMLElement): Promise<void> {
  const room = button.closest("section");
  const stops = () => [...(room?.querySelectorAll<HTMLElement>("[data-stop]") ?? [])];
  const place = stops().indexOf(button);
  await stopListening(id);
  if (document.activeElement !== document.body) return;
  const left = stops();
  (left[place] ?? left.at(-1) ?? room?.querySelector<HTMLElement>("button"))?.focus();
}

/** `3 nodes · done 17:02`: all that a folded card says. */
function summary({ nodes, runs: [last] }: Listener): string {
  const came = last
    ? `${WORDS[last.status]}${last.started_at === null ? "" : ` ${format.when(last.started_at)}`}`
    : "nothing came yet";
  return `${format.count(nodes.length, "node")} · ${came}`;
}

export interface ListenerCardProps {
  readonly listener: Listener;
  readonly open: boolean;
  /** Among many, only the one that is open and those in trouble are unfolded at first. */
  readonly foldable: boolean;
}

/** One workflow that listens: since when, what its nodes wait for, its last runs, and the way to stop it. */
export function ListenerCard({ listener, open, foldable }: ListenerCardProps) {
  const { workflow_id, name, since, nodes, error } = listener;
  const busy = useListening((state) => state.busy !== null);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const unfolded = !foldable || (chosen ?? (open || error !== null));
  const title = name || "Untitled";
  return (
    <li className="pn-heard" aria-label={title}>
      <div className={clsx("pn-item", open && "pn-on")}>
        <button
          type="button"
          className="pn-row pn-row-tall"
          aria-current={open || undefined}
          onClick={() => attempt(() => openWorkflow(workflow_id))}
        >
          <span className="ui-ellipsis" title={title}>
            {title}
          </span>
          <span className="ui-small ui-mut ui-num">
            {error ? "cannot listen" : since === null ? "" : `since ${format.when(since)}`}
          </span>
        </button>
        {foldable && (
          <IconButton
            size="small"
            label={`${unfolded ? "Fold" : "Unfold"} ${title}`}
            aria-expanded={unfolded}
            icon={unfolded ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
            onClick={() => setChosen(!unfolded)}
          />
        )}
        <Button
          size="small"
          aria-busy={busy || undefined}
          data-stop
          aria-label={`Stop listening for ${title}`}
          onClick={(event) => void stop(workflow_id, event.currentTarget)}
        >
          Stop
        </Button>
      </div>
      {error && <ProblemNote severity="warning" message={error.message} remedy={error.remedy} />}
      {unfolded ? (
        <>
          <ul aria-label="What it waits for">
            {nodes.map((node) => (
              <HeardNodeRow key={node.node} heard={node} open={open} />
            ))}
          </ul>
          <LastRuns listener={listener} open={open} />
        </>
      ) : (
        <p className="ui-small ui-mut ui-num">{summary(listener)}</p>
      )}
    </li>
  );
}
