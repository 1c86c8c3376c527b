/** Beside Run, when the workflow has nodes that wait for the world: whether it listens, since when, and why it cannot. */

import { Radio, TriangleAlert } from "lucide-react";
import { runAction } from "../actions/registry";
import { hearingNodes } from "../model/listening";
import { useDoc, useDocState } from "../state/docStore";
import { listen, listenerOf, stopListening, useListening } from "../state/listening";
import { Button, format } from "../ui";

function useMine() {
  const id = useDocState((state) => state.id);
  return useListening((state) => listenerOf(state, id));
}

export function ListenToggle() {
  const could = useDoc((doc) => hearingNodes(doc).length > 0);
  const mine = useMine();
  const busy = useListening((state) => state.busy !== null);
  if (!could && !mine) return null;
  const since = mine?.since == null ? "" : `since ${format.when(mine.since)}`;
  return (
    <Button
      className="listen"
      aria-pressed={mine !== null}
      data-failed={mine?.error ? true : undefined}
      aria-busy={busy || undefined}
      title={
        mine
          ? "It listens until you stop it, also when this page is closed"
          : "Wait for webhooks, schedules and events"
      }
      icon={mine?.error ? <TriangleAlert size={13} /> : <Radio size={13} />}
      onClick={() => runAction("listen")}
    >
      {mine?.error ? "Cannot listen" : mine ? "Listening" : "Listen"}
      {since && !mine?.error && " "}
      {since && !mine?.error && <span className="listen-since ui-num">{since}</span>}
    </Button>
  );
}

/** Over the canvas while the workflow should listen and cannot: why, and the two ways on. */
export function ListenNotice() {
  const mine = useMine();
  const busy = useListening((state) => state.busy !== null);
  const error = mine?.error;
  return (
    <div role="status" aria-live="polite" className="notice-place">
      {mine && error && (
        <div className="notice">
          <TriangleAlert size={14} aria-hidden="true" />
          <span className="listen-why" title={`${error.message} ${error.remedy}`}>
            It cannot listen. {error.message} {error.remedy}
          </span>
          <Button size="small" aria-busy={busy || undefined} onClick={() => void listen()}>
            Try again
          </Button>
          <Button
            size="small"
            aria-busy={busy || undefined}
            onClick={() => void stopListening(mine.workflow_id)}
          >
            Stop
          </Button>
        </div>
      )}
    </div>
  );
}
