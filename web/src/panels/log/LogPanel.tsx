import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, Eraser, ScrollText } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import type { LogLevel } from "../../model/types";
import { type LogEntry, useDoc, useRun } from "../../state";
import { Button, Copy, EmptyState, format, IconButton, SearchField, Select } from "../../ui";
import { clearLog, useCleared } from "../cleared";
import { titleOf } from "../names";
import { useStick } from "../useStick";
import { filterLog, LEVELS } from "./filter";
import { LogLine } from "./LogLine";

const LINE = 22;

/** What the nodes of the run have said. */
export function LogPanel() {
  const log = useRun((run) => run.log);
  const doc = useDoc((now) => now);
  const [level, setLevel] = useState<LogLevel>("debug");
  const [query, setQuery] = useState("");
  const clearedAt = useCleared((now) => now.logged);
  const title = useCallback((entry: LogEntry) => (entry.node ? titleOf(doc, entry.node) : ""), [doc]);
  const lines = useMemo(() => {
    const start = clearedAt ? log.lastIndexOf(clearedAt) + 1 : 0;
    return filterLog(start ? log.slice(start) : log, { level, query }, title);
  }, [log, clearedAt, level, query, title]);
  const { ref, atEnd, toEnd } = useStick(lines.length);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => ref.current,
    estimateSize: () => LINE,
    overscan: 12,
    initialOffset: lines.length * LINE, // begins at the end, as the reader of a log wants it
    initialRect: { width: 330, height: 600 },
  });
  const asText = () =>
    lines.map((line) => `${format.clock(line.at)} ${line.level} ${title(line)} ${line.message}`).join("\n");
  const said = log.length > 0 && clearedAt !== log.at(-1);

  return (
    <div className="pn-room">
      <div className="pn-top pn-bar">
        <SearchField label="Search the log" value={query} onChange={setQuery} />
        <Select
          aria-label="Least level"
          value={level}
          onChange={(event) => setLevel(LEVELS.find((one) => one === event.target.value) ?? "debug")}
        >
          <option value="debug">All</option>
          <option value="info">Info</option>
          <option value="warning">Warnings</option>
          <option value="error">Errors</option>
        </Select>
        <Copy label="Copy the log" text={asText} />
        <IconButton
          size="small"
          label="Clear the log"
          icon={<Eraser size={14} />}
          onClick={() => clearLog(log.at(-1) ?? null)}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled part without buttons must be reached by key */}
      <div className="pn-scroll" ref={ref} role="log" aria-label="Log" tabIndex={0}>
        <div className="pn-lines" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const entry = lines[index];
            return (
              entry && (
                <LogLine
                  key={`${entry.seq}.${index}`}
                  entry={entry}
                  title={title(entry)}
                  index={index}
                  top={start}
                  measure={rows.measureElement}
                />
              )
            );
          })}
        </div>
        {lines.length === 0 && (
          <EmptyState
            icon={<ScrollText size={22} />}
            text={
              said
                ? "No line passes the level and the search."
                : "What nodes say while they run is written here."
            }
            action={
              said ? (
                <Button
                  onClick={() => {
                    setQuery("");
                    setLevel("debug");
                  }}
                >
                  Show all
                </Button>
              ) : undefined
            }
          />
        )}
      </div>
      {!atEnd && (
        <Button size="small" className="pn-newer" icon={<ArrowDown size={13} />} onClick={toEnd}>
          Newest
        </Button>
      )}
    </div>
  );
}
