import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import type { NodeId } from "../../model/types";
import { useDoc } from "../../state";
import { EmptyState, format, SearchField } from "../../ui";
import { jumpTo } from "../editor";
import { titleOf } from "../names";
import { Panel } from "../Panel";
import { OutlineRow } from "./OutlineRow";
import { readingOrder } from "./order";

const ROW = 28;

/** Every node of the workflow as a list: the way to each of them by key and by screen reader. */
export function OutlinePanel() {
  const doc = useDoc((now) => now);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const scroll = useRef<HTMLDivElement>(null);
  const base = useId();
  const ids = useMemo(() => {
    const wanted = query.trim().toLowerCase();
    const found = (id: NodeId) =>
      `${titleOf(doc, id)} ${id} ${doc.nodes[id]?.type}`.toLowerCase().includes(wanted);
    return readingOrder(doc).filter(found);
  }, [doc, query]);
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 10,
    initialRect: { width: 300, height: 600 },
  });
  const at = Math.min(active, ids.length - 1);

  const walk = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -ids.length,
      End: ids.length,
    };
    const step = steps[event.key];
    const current = ids[at];
    if (step !== undefined) {
      const next = Math.max(0, Math.min(ids.length - 1, at + step));
      setActive(next);
      rows.scrollToIndex(next);
    } else if (event.key === "Enter" && current !== undefined) jumpTo(current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Panel
      title="Outline"
      actions={<span className="ui-small ui-mut ui-num">{format.count(ids.length, "node")}</span>}
      top={<SearchField label="Find in this workflow" value={query} onChange={setQuery} onKeyDown={walk} />}
      scrollRef={scroll}
    >
      {ids.length === 0 ? (
        <EmptyState
          text={
            query
              ? `No node is called “${query.trim()}”.`
              : "Every node of the workflow is listed here. Enter leads to it."
          }
        />
      ) : (
        <div
          role="listbox"
          aria-label="Nodes of this workflow"
          tabIndex={0}
          aria-activedescendant={`${base}${ids[at]}`}
          className="pn-lines pn-outline"
          style={{ height: rows.getTotalSize() }}
          onKeyDown={walk}
        >
          {rows.getVirtualItems().map(({ index, start }) => {
            const id = ids[index];
            return (
              id !== undefined && (
                <OutlineRow
                  key={id}
                  id={id}
                  domId={`${base}${id}`}
                  active={index === at}
                  position={index + 1}
                  total={ids.length}
                  top={start}
                  onChoose={(chosen) => {
                    setActive(index);
                    jumpTo(chosen);
                  }}
                />
              )
            );
          })}
        </div>
      )}
    </Panel>
  );
}
