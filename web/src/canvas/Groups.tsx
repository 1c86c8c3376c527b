/** The heads of groups: where one is grabbed, named and given a colour. Their boxes are drawn under them. */

import { useStore, ViewportPortal } from "@xyflow/react";
import { type KeyboardEvent, type MouseEvent, memo, useSyncExternalStore } from "react";
import { runAction } from "../actions/registry";
import { tintOf } from "../model/colours";
import { renameGroup } from "../model/commands";
import { GROUP_HEAD, groupsOf } from "../model/groups";
import { perform, useDoc } from "../state/docStore";
import { useLibrary } from "../state/libraryStore";
import { chooseGroup, setView, useView } from "../state/viewStore";
import { dragVersion, onDrag } from "./dragging";
import { type ShownGroup, shownGroups } from "./groupBoxes";
import { grabGroup, nudgeGroup, stretchGroup } from "./groupDrag";
import { seen } from "./layers/wires";
import { overlaps, windowOf } from "./nodeWindow";

const STEP = 10;

function TitleField({ at, title }: { at: number; title: string }) {
  const end = () => setView({ renamingGroup: null });
  return (
    <input
      className="group-title-field nodrag nopan"
      aria-label="Name of the group"
      defaultValue={title}
      maxLength={200}
      // biome-ignore lint/a11y/noAutofocus: the person has just asked to rename
      autoFocus
      onFocus={(event) => event.target.select()}
      onPointerDown={(event) => event.stopPropagation()}
      onBlur={(event) => {
        if (event.target.value.trim() !== title) perform(renameGroup(at, event.target.value));
        end();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key !== "Escape") return;
        event.currentTarget.value = title;
        end();
      }}
    />
  );
}

function openMenu(event: MouseEvent, at: number): void {
  event.preventDefault();
  event.stopPropagation();
  chooseGroup(at);
  setView({ menu: { at: { x: event.clientX, y: event.clientY }, target: { kind: "group", at } } });
}

function press(event: KeyboardEvent, at: number): void {
  const by = {
    ArrowLeft: { x: -STEP, y: 0 },
    ArrowRight: { x: STEP, y: 0 },
    ArrowUp: { x: 0, y: -STEP },
    ArrowDown: { x: 0, y: STEP },
  }[event.key];
  if (by) nudgeGroup(at, by);
  else if (event.key === "Enter") runAction("rename");
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const Head = memo(function Head({
  group,
  renaming,
  far,
}: {
  group: ShownGroup;
  renaming: boolean;
  far: boolean;
}) {
  const { at, title, shown, colour } = group;
  const name = title || "Group";
  const tint = tintOf(colour) ?? "var(--dim)";
  const style = { left: shown.x, top: shown.y, width: shown.width, height: GROUP_HEAD, "--tint": tint };
  return (
    <>
      {renaming ? (
        <div className="group-head nopan" style={style as React.CSSProperties}>
          <TitleField at={at} title={title} />
        </div>
      ) : (
        <button
          type="button"
          className="group-head nopan"
          style={style as React.CSSProperties}
          data-testid={`group-${at}`}
          aria-label={`Group ${name}`}
          title={name}
          onFocus={() => chooseGroup(at)}
          onPointerDown={(event) => grabGroup(event, at)}
          onDoubleClick={(event) => {
            event.stopPropagation();
            setView({ renamingGroup: at });
          }}
          onContextMenu={(event) => openMenu(event, at)}
          onKeyDown={(event) => press(event, at)}
        >
          {!far && <span className="group-title ui-ellipsis">{name}</span>}
        </button>
      )}
      <div
        className="group-corner nopan"
        style={{ left: shown.x + shown.width - 14, top: shown.y + shown.height - 14 }}
        onPointerDown={(event) => stretchGroup(event, at, shown)}
        aria-hidden="true"
      />
    </>
  );
});

/** The seen part in steps, so that a pan changes the list only now and then. */
function useSeen(on: boolean): string {
  return useStore(({ transform: [x, y, zoom], width, height }) => {
    if (!on) return "";
    const part = windowOf(seen({ x, y, zoom, width, height }));
    return `${part.x} ${part.y} ${part.width} ${part.height}`;
  });
}

/** The heads of all groups in view. */
export function Groups() {
  const doc = useDoc((now) => now);
  const library = useLibrary((state) => state.byType);
  const far = useView((state) => state.far);
  const renaming = useView((state) => state.renamingGroup);
  const some = groupsOf(doc).length > 0;
  const part = useSeen(some);
  useSyncExternalStore(onDrag, dragVersion);
  if (!some) return null;
  const [x = 0, y = 0, width = 0, height = 0] = part.split(" ").map(Number);
  const groups = shownGroups(doc, library).filter(({ shown }) => overlaps(shown, { x, y, width, height }));
  return (
    <ViewportPortal>
      <div className="groups">
        {groups.map((group) => (
          <Head key={group.at} group={group} renaming={renaming === group.at} far={far} />
        ))}
      </div>
    </ViewportPortal>
  );
}
