/** Everything by name: actions and nodes to add. */

import { Command } from "cmdk";
import { actions } from "../actions/registry";
import { keyText } from "../actions/types";
import { goTo } from "../state/camera";
import { currentDoc } from "../state/docStore";
import { useLibrary } from "../state/libraryStore";
import { addToCanvas } from "../state/placing";
import { setView, useView } from "../state/viewStore";
import { Kbd, nodeColour } from "../ui";

function close(): void {
  setView({ palette: false });
}

function after(step: () => void): () => void {
  return () => {
    close();
    setTimeout(step);
  };
}

function Actions() {
  const possible = actions.filter((action) => action.id !== "commands" && (action.when?.() ?? true));
  return (
    <Command.Group heading="Actions">
      {possible.map(({ id, label, keys, run }) => (
        <Command.Item key={id} value={`${label} ${id}`} onSelect={after(run)}>
          <span className="ui-grow">{label}</span>
          {keys && <Kbd>{keyText(keys) ?? ""}</Kbd>}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Adding() {
  const nodes = useLibrary((state) => state.nodes);
  return (
    <Command.Group heading="Add node">
      {nodes.map((node) => (
        <Command.Item
          key={node.type}
          value={`add ${node.title} ${node.type}`}
          onSelect={after(() => addToCanvas(node.type))}
        >
          <span className="node-square" style={{ background: nodeColour(node) }} />
          {node.title}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

const MOST = 60;

function Going() {
  const byType = useLibrary((state) => state.byType);
  const placed = Object.entries(currentDoc().nodes).slice(0, MOST);
  return (
    <Command.Group heading="Go to">
      {placed.map(([id, node]) => {
        const title = node.title ?? byType.get(node.type)?.title ?? node.type;
        return (
          <Command.Item key={id} value={`go to ${title} ${id}`} onSelect={after(() => goTo(id))}>
            <span className="ui-grow">{title}</span>
            <code className="ui-mut">{id}</code>
          </Command.Item>
        );
      })}
    </Command.Group>
  );
}

export function CommandPalette() {
  const open = useView((state) => state.palette);
  return (
    <Command.Dialog
      open={open}
      onOpenChange={(next) => setView({ palette: next })}
      label="Commands"
      overlayClassName="ui-overlay"
      contentClassName="commands"
    >
      <Command.Input placeholder="What do you want to do?" />
      <Command.List>
        <Command.Empty>Nothing has this name.</Command.Empty>
        <Actions />
        <Adding />
        <Going />
      </Command.List>
    </Command.Dialog>
  );
}
