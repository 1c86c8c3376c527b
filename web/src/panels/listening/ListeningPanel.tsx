import { RefreshCw } from "lucide-react";
import { explain } from "../../api";
import { hearingNodes } from "../../model/listening";
import { listen, refreshListening, useDoc, useDocState, useListening } from "../../state";
import { Button, EmptyState, IconButton, ProblemNote, Skeleton } from "../../ui";
import { Panel } from "../Panel";
import { ListenerCard } from "./ListenerCard";

/** With more of them, cards fold. */
const MANY = 3;

function Nothing() {
  const could = useDoc((doc) => hearingNodes(doc).length > 0);
  const busy = useListening((state) => state.busy !== null);
  return (
    <EmptyState
      text={
        could
          ? "No workflow listens; this one could."
          : "No workflow listens: give one a Webhook, a Schedule or a Receive Event, and let it listen beside Run."
      }
      action={
        could ? (
          <Button disabled={busy} onClick={() => void listen()}>
            Listen
          </Button>
        ) : undefined
      }
    />
  );
}

/** The workflows that wait for the world, what each node of them waits for, and what came of it. */
export function ListeningPanel() {
  const listeners = useListening((state) => state.listeners);
  const failed = useListening((state) => state.failed);
  const current = useDocState((state) => state.id);
  const problem = failed && explain(failed);
  return (
    <Panel
      title="Listening"
      actions={
        <IconButton
          size="small"
          label="Look again"
          icon={<RefreshCw size={14} />}
          onClick={() => void refreshListening()}
        />
      }
    >
      {problem && (
        <div className="pn-pad">
          <ProblemNote message={problem.message} remedy={problem.remedy} />
        </div>
      )}
      {listeners === null && !failed && <Skeleton />}
      {listeners?.length === 0 && <Nothing />}
      {listeners && listeners.length > 0 && (
        <ul className="pn-list pn-heard-list">
          {listeners.map((listener) => (
            <ListenerCard
              key={listener.workflow_id}
              listener={listener}
              open={listener.workflow_id === current}
              foldable={listeners.length > MANY}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}
