import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useLibrary } from "../../state";
import { Button, EmptyState, ProblemNote, SearchField, Skeleton } from "../../ui";
import { addToCanvas } from "../editor";
import { PaletteRow } from "./PaletteRow";
import { useRecent } from "./recent";
import { sections } from "./sections";

/** All node types: search, click or drag. */
export function PalettePanel() {
  const status = useLibrary((state) => state.status);
  const nodes = useLibrary((state) => state.nodes);
  const recent = useRecent();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const base = useId();
  const shown = useMemo(() => sections(nodes, recent, query), [nodes, recent, query]);
  const rows = useMemo(
    () =>
      shown.flatMap(({ title, nodes: members }) =>
        members.map(({ type }) => ({ id: `${base}${title}.${type}`, type })),
      ),
    [shown, base],
  );
  const at = rows.findIndex((row) => row.id === active);
  const current = rows[at] ?? (query.trim() ? rows[0] : undefined);

  useEffect(() => {
    if (active) document.getElementById(active)?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && rows.length) {
      const from = current ? rows.indexOf(current) : step > 0 ? -1 : 0;
      setActive(rows[(from + step + rows.length) % rows.length]?.id ?? null);
    } else if (event.key === "Enter" && current) addToCanvas(current.type);
    else if (event.key === "Escape" && query) setQuery("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section className="pn pn-palette" aria-label="Nodes">
      <div className="pn-top">
        <SearchField
          label="Find a node"
          keys="Tab"
          value={query}
          onChange={(next) => {
            setQuery(next);
            setActive(null);
          }}
          onKeyDown={walk}
          role="combobox"
          aria-expanded
          aria-autocomplete="list"
          aria-controls={`${base}list`}
          aria-activedescendant={current?.id}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled part must be reached by key */}
      <div className="pn-scroll" ref={list} tabIndex={0}>
        {status === "loading" && <Skeleton count={10} />}
        {status === "failed" && (
          <div className="pn-pad">
            <ProblemNote
              message="The nodes could not be loaded."
              remedy="Check that nodebuilder runs, then reload the page."
            />
          </div>
        )}
        <div id={`${base}list`} role="listbox" aria-label="Node types" className="pn-list">
          {shown.map(({ title, nodes: members }) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset may not stand in a listbox
            <div key={title} role="group" aria-label={title}>
              <div className="pn-category" aria-hidden="true">
                {title}
              </div>
              {members.map((definition) => {
                const id = `${base}${title}.${definition.type}`;
                return (
                  <PaletteRow
                    key={id}
                    id={id}
                    definition={definition}
                    active={id === current?.id}
                    onAdd={addToCanvas}
                    onPoint={setActive}
                  />
                );
              })}
            </div>
          ))}
        </div>
        {status === "ready" && rows.length === 0 && (
          <EmptyState
            text={query ? `No node is called or described as “${query.trim()}”.` : "No nodes are installed."}
            action={query ? <Button onClick={() => setQuery("")}>Clear the search</Button> : undefined}
          />
        )}
      </div>
    </section>
  );
}
