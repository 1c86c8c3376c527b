import clsx from "clsx";
import type { ReactNode } from "react";
import { asSentence } from "./format";
import { Long } from "./Long";

export interface ProblemNoteProps {
  /** What happened. */
  message: string;
  /** What to do. */
  remedy?: string | null | undefined;
  severity?: "error" | "warning";
  /** A button or link that does it. */
  action?: ReactNode;
}

/** An error or a warning: one sentence of cause, one of remedy. */
export function ProblemNote({ message, remedy, severity = "error", action }: ProblemNoteProps) {
  return (
    <div
      className={clsx("ui-problem", severity === "warning" && "ui-problem-warning")}
      role={severity === "error" ? "alert" : "note"}
    >
      <Long length={message.length}>
        <strong>{asSentence(message)}</strong>
      </Long>
      {remedy && <span> {remedy}</span>}
      {action && <div className="ui-problem-action">{action}</div>}
    </div>
  );
}
