/** The head of a node: its colour, its name, the start mark, how it stands. */

import { Play, Radio, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { setTitle } from "../model/commands";
import { hasFooter } from "../model/geometry";
import { hears } from "../model/listening";
import { looksOf } from "../model/older";
import type { NodeDefinition, NodeId } from "../model/types";
import { useProblems } from "../state/checkStore";
import { perform, useDoc, useDocState } from "../state/docStore";
import { isHeard, useListening } from "../state/listening";
import type { NodeRun } from "../state/nodeRun";
import { useNodeRun } from "../state/runStore";
import { setView, useView } from "../state/viewStore";
import { format, nodeColour } from "../ui";

/** Seconds since, counted while it runs. */
function useClock(running: boolean): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (!running) return;
    setNow(Date.now() / 1000);
    const timer = setInterval(() => setNow(Date.now() / 1000), 100);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

/** `300 × ` where a node has worked more than once and has no foot that says so. */
function times({ firings }: NodeRun, footed: boolean): string {
  return firings > 1 && !footed ? `${firings.toLocaleString("en")} × · ` : "";
}

function stateText(run: NodeRun, now: number, footed: boolean): string {
  const { status, delay, since, seconds, message, missing } = run;
  if (status === "running") {
    if (delay && delay.until > now) return `waiting ${Math.ceil(delay.until - now)} s`;
    return `${message || "running"} · ${format.seconds(Math.max(0, now - since))}`;
  }
  if (status === "asks") return "asks you";
  if (missing.length) return `waits for ${missing.join(", ")}`;
  if (status === "done") return times(run, footed) + format.seconds(seconds);
  return status === "idle" || status === "skipped" ? "" : status;
}

function State({ id, definition }: { id: NodeId; definition: NodeDefinition | undefined }) {
  const run = useNodeRun(id);
  const now = useClock(run.status === "running");
  return (
    <span className="node-state ui-num" data-status={run.status} title={run.message || undefined}>
      {stateText(run, now, definition !== undefined && hasFooter(definition))}
    </span>
  );
}

function Badge({ id }: { id: NodeId }) {
  const problems = useProblems(id);
  if (problems.length === 0) return null;
  const words = problems.map(({ message, remedy }) => `${message} ${remedy}`.trim()).join("\n");
  const worst = problems.some((problem) => problem.severity === "error") ? "error" : "warning";
  return (
    <span className="node-badge" data-severity={worst} role="img" aria-label={words} title={words}>
      <TriangleAlert size={13} />
    </span>
  );
}

/** A node that begins runs by itself, while its workflow listens. */
function Listens({ id, type }: { id: NodeId; type: string }) {
  const workflow = useDocState((state) => state.id);
  const on = useListening((state) => hears(type) && isHeard(state, workflow, id));
  if (!hears(type)) return null;
  if (!on) return <span className="node-listens" aria-hidden="true" />; // its room is kept: nothing jumps
  return (
    <span
      className="node-listens"
      role="img"
      aria-label="Listening"
      title="It begins a run by itself: the workflow listens"
    >
      <Radio size={12} />
    </span>
  );
}

function TitleField({ id, title }: { id: NodeId; title: string }) {
  const end = () => setView({ renaming: null });
  return (
    <input
      className="node-title-field nodrag"
      aria-label="Name of the node"
      defaultValue={title}
      // biome-ignore lint/a11y/noAutofocus: the person has just asked to rename
      autoFocus
      onFocus={(event) => event.target.select()}
      onBlur={(event) => {
        if (event.target.value !== title) perform(setTitle(id, event.target.value));
        end();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key !== "Escape") return;
        event.currentTarget.value = title;
        end();
      }}
    />
  );
}

export function NodeHeader({ id, definition }: { id: NodeId; definition: NodeDefinition | undefined }) {
  const type = useDoc((doc) => doc.nodes[id]?.type ?? "");
  const own = useDoc((doc) => doc.nodes[id]?.title);
  const start = useDoc((doc) => doc.start === id);
  const renaming = useView((state) => state.renaming === id);
  const tint = useDoc((doc) => looksOf(doc.nodes[id]).tint);
  const title = own ?? definition?.title ?? type;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut of the action "Rename", which has a key and a menu entry
    <header
      className="node-head node-grip"
      data-tint={tint ? true : undefined}
      style={tint ? ({ "--tint": tint } as React.CSSProperties) : undefined}
      onDoubleClick={() => setView({ renaming: id })}
    >
      <span className="node-square" style={{ background: nodeColour(definition) }} />
      {renaming ? (
        <TitleField id={id} title={title} />
      ) : (
        <span
          className="node-title ui-ellipsis"
          title={own ? `${title} (${definition?.title ?? type})` : title}
        >
          {title}
        </span>
      )}
      {start && (
        <span className="node-start" role="img" aria-label="Start of the run" title="The run starts here">
          <Play size={11} fill="currentColor" />
        </span>
      )}
      <Listens id={id} type={type} />
      <Badge id={id} />
      <State id={id} definition={definition} />
    </header>
  );
}
