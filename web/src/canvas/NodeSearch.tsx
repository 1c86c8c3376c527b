/** The popup that finds a node type: by double click, Tab, or a wire dropped on the ground. */

import { useEffect, useMemo, useRef, useState } from "react";
import { handleId } from "../model/geometry";
import { fittingSocket, isPartner, searchNodes } from "../model/search";
import type { NodeDefinition } from "../model/types";
import { sealStep } from "../state/docStore";
import { useLibrary } from "../state/libraryStore";
import { placeNode } from "../state/placing";
import { type NodeSearch as Asked, setView, useView } from "../state/viewStore";
import { nodeColour } from "../ui";
import { join } from "./connecting";

const WIDTH = 280;
const HEIGHT = 340;

/** A node and the wire that asked for it are one step of the undo list. */
const STEP = "drop a wire";

function close(): void {
  setView({ search: null });
}

/** Add the chosen node and hang the dropped wire on it. */
function take(asked: Asked, definition: NodeDefinition, socket: string | null): void {
  const { wire, flow } = asked;
  const left = wire?.side === "in";
  const id = placeNode(definition, { x: left ? flow.x - 224 : flow.x, y: flow.y - (wire ? 52 : 16) }, STEP);
  close();
  if (!wire || socket === null) {
    sealStep();
    return;
  }
  const side = wire.side === "out" ? "in" : "out";
  const ends = side === "in" ? definition.inputs : definition.outputs;
  const array = ends.find((end) => end.name === socket)?.array ?? false;
  const handle = handleId(side, socket, array ? 0 : null);
  join({ node: wire.node, handle: wire.handle }, { node: id, handle }, STEP);
  sealStep();
}

function Popup({ asked }: { asked: Asked }) {
  const nodes = useLibrary((state) => state.nodes);
  const connections = useLibrary((state) => state.connections);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => {
    const socketFor = (node: NodeDefinition) =>
      asked.wire ? fittingSocket(connections, node, asked.wire) : null;
    const matching = searchNodes(nodes, query).map((node) => ({ node, socket: socketFor(node) }));
    const { wire } = asked;
    if (!wire) return matching;
    const fitting = matching.filter((item) => item.socket !== null);
    return [true, false].flatMap((kin) => fitting.filter(({ node }) => isPartner(node, wire) === kin));
  }, [nodes, connections, query, asked]);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const choose = (index: number) => {
    const item = found[index];
    if (item) take(asked, item.node, item.socket);
  };
  const left = Math.max(8, Math.min(asked.at.x, innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(asked.at.y, innerHeight - HEIGHT - 8));
  return (
    <div className="node-search" style={{ left, top, width: WIDTH }} role="dialog" aria-label="Add a node">
      <input
        className="node-search-field"
        role="combobox"
        aria-expanded="true"
        aria-controls="node-search-list"
        aria-activedescendant={found[active] ? `node-search-${active}` : undefined}
        aria-label={asked.wire ? `Find a node that takes ${asked.wire.type.toLowerCase()}` : "Find a node"}
        placeholder={
          asked.wire
            ? `What ${asked.wire.side === "out" ? "takes" : "gives"} ${asked.wire.type}`
            : "Find a node"
        }
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to search
        autoFocus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step && found.length) setActive((active + step + found.length) % found.length);
          if (event.key === "Enter") choose(active);
          if (event.key === "Escape" || event.key === "Tab") close();
          if (step || ["Enter", "Escape", "Tab"].includes(event.key)) event.preventDefault();
        }}
      />
      <div
        ref={list}
        id="node-search-list"
        className="node-search-list"
        role="listbox"
        aria-label="Node types"
        tabIndex={-1}
      >
        {found.map(({ node, socket }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above holds the keys
          <div
            key={node.type}
            id={`node-search-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className="node-search-item"
            onPointerMove={() => setActive(index)}
            onClick={() => choose(index)}
          >
            <span className="node-square" style={{ background: nodeColour(node) }} />
            <span className="ui-ellipsis">{node.title}</span>
            <span className="node-search-note ui-ellipsis">{socket ?? node.category}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="node-search-none">No node fits. Try other words.</p>}
    </div>
  );
}

export function NodeSearch() {
  const asked = useView((state) => state.search);
  if (!asked) return null;
  return (
    <>
      <button
        type="button"
        className="node-search-ground"
        aria-label="Close search"
        tabIndex={-1}
        onClick={close}
      />
      <Popup asked={asked} />
    </>
  );
}
