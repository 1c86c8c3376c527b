/** Wire the chosen node by name: every fitting pair of sockets in one list. */

import { Command } from "cmdk";
import { join } from "../canvas/connecting";
import { type End, type Partners, partnersOf } from "../model/partners";
import { useDoc } from "../state/docStore";
import { useLibrary } from "../state/libraryStore";
import { setView, useView } from "../state/viewStore";

const MOST = 300;

function Pairs({ node }: { node: string }) {
  const doc = useDoc((now) => now);
  const library = useLibrary((state) => state.byType);
  const connections = useLibrary((state) => state.connections);
  const name = (end: End) => {
    const placed = doc.nodes[end.node];
    return `${placed?.title ?? library.get(placed?.type ?? "")?.title ?? end.node} ${end.label}`;
  };
  const take = ({ from, to }: Partners) => {
    join(from, to);
    setView({ wiring: null });
  };
  return partnersOf(doc, library, connections, node)
    .slice(0, MOST)
    .map((pair) => {
      const text = `${name(pair.from)} → ${name(pair.to)}`;
      const key = `${pair.from.node} ${pair.from.handle} ${pair.to.node} ${pair.to.handle}`;
      return (
        <Command.Item key={key} value={`${text} ${key}`} onSelect={() => take(pair)}>
          {text}
        </Command.Item>
      );
    });
}

export function ConnectDialog() {
  const node = useView((state) => state.wiring);
  return (
    <Command.Dialog
      open={node !== null}
      onOpenChange={(open) => !open && setView({ wiring: null })}
      label="Connect"
      overlayClassName="ui-overlay"
      contentClassName="commands"
    >
      <Command.Input placeholder="Connect which sockets?" />
      <Command.List>
        <Command.Empty>No sockets fit.</Command.Empty>
        {node !== null && <Pairs node={node} />}
      </Command.List>
    </Command.Dialog>
  );
}
