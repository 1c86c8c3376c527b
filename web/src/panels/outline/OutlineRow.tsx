import clsx from "clsx";
import type { NodeId } from "../../model/types";
import { useDefinition, useDoc, useNodeRun, useProblems, useView } from "../../state";
import { nodeColour } from "../../ui";
import { useTitle } from "../names";

export interface OutlineRowProps {
  id: NodeId;
  domId: string;
  active: boolean;
  position: number;
  total: number;
  top: number;
  onChoose: (id: NodeId) => void;
}

/** One node of the outline: colour, title, id, and how it stands. */
export function OutlineRow({ id, domId, active, position, total, top, onChoose }: OutlineRowProps) {
  const title = useTitle(id);
  const type = useDoc((doc) => doc.nodes[id]?.type);
  const start = useDoc((doc) => doc.start === id);
  const definition = useDefinition(type);
  const selected = useView((view) => view.selection.has(id));
  const { status } = useNodeRun(id);
  const [problem] = useProblems(id);
  const state = status === "failed" ? "failed" : status === "running" ? "running" : problem?.severity;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list holds the focus and handles the keys
    // biome-ignore lint/a11y/useFocusableInteractive: an option is reached by aria-activedescendant
    <div
      id={domId}
      role="option"
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={total}
      className={clsx("pn-row pn-virtual", (active || selected) && "pn-on", active && "pn-active")}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onChoose(id)}
    >
      <span className="pn-square" style={{ background: nodeColour(definition) }} />
      <span className="ui-ellipsis ui-grow">{title}</span>
      {start && <span className="ui-small ui-mut">start</span>}
      {state && <span className={`ui-small pn-state-${state}`}>{state}</span>}
      <code className="ui-mut ui-ellipsis pn-id">{id}</code>
    </div>
  );
}
