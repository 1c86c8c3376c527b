import { type Ref, useState } from "react";
import type { LogEntry } from "../../state";
import { format } from "../../ui";
import { jumpTo } from "../editor";

const LONG = 400;

export interface LogLineProps {
  entry: LogEntry;
  title: string;
  index: number;
  top: number;
  measure: Ref<HTMLDivElement>;
}

/** One line of the log; its node is a way to it, a long message opens on demand. */
export function LogLine({ entry, title, index, top, measure }: LogLineProps) {
  const [open, setOpen] = useState(false);
  const long = entry.message.length > LONG;
  const message = long && !open ? `${entry.message.slice(0, LONG)}…` : entry.message;
  return (
    <div
      ref={measure}
      data-index={index}
      className={`pn-line pn-${entry.level}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <time>{format.clock(entry.at)}</time>
      <span className="pn-level" title={entry.level}>
        {entry.level}
      </span>
      <span className="pn-message">
        {entry.node && (
          <button type="button" className="pn-speaker" onClick={() => entry.node && jumpTo(entry.node)}>
            {title}
          </button>
        )}{" "}
        {message}{" "}
        {long && (
          <button
            type="button"
            className="ui-link ui-small"
            onClick={() => setOpen(!open)}
            aria-expanded={open}
          >
            {open ? "less" : "all"}
          </button>
        )}
      </span>
    </div>
  );
}
