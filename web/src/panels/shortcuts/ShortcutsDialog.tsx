import { actions } from "../../actions/registry";
import { type Action, keyText } from "../../actions/types";
import { Dialog, Kbd } from "../../ui";

const GESTURES: ReadonlyArray<readonly [string, string]> = [
  ["Find and add a node", "Double click"],
  ["Menu of what is under the pointer", "Right click"],
  ["Select several", "Shift drag"],
  ["Walk along lists and tabs", "Arrows"],
];

function byGroup(): Array<readonly [string, readonly Action[]]> {
  const groups = new Map<string, Action[]>();
  for (const action of actions)
    if (action.keys) groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
  return [...groups];
}

function Rows({ title, rows }: { title: string; rows: ReadonlyArray<readonly [string, string]> }) {
  return (
    <section aria-label={title}>
      <h3 className="pn-label">{title}</h3>
      <dl className="pn-keys">
        {rows.map(([label, keys]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Kbd>{keys}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** All keys and gestures. */
export function ShortcutsDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" width={620}>
      <div className="pn-shortcuts">
        {byGroup().map(([group, members]) => (
          <Rows
            key={group}
            title={group}
            rows={members.map(({ label, keys }) => [label.replace("…", ""), keyText(keys) ?? ""])}
          />
        ))}
        <Rows title="Gestures" rows={GESTURES} />
      </div>
    </Dialog>
  );
}
