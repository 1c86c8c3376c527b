/** The menu of the right mouse button. */

import { menuFor } from "../actions/menus";
import { setView, useView } from "../state/viewStore";
import { PointMenu } from "../ui";

const LABELS = { pane: "Canvas", node: "Node", link: "Link", group: "Group" } as const;

export function CanvasMenu() {
  const menu = useView((state) => state.menu);
  return (
    <PointMenu
      at={menu?.at ?? null}
      label={menu ? LABELS[menu.target.kind] : "Canvas"}
      items={menu ? menuFor(menu.target, menu.at) : []}
      onClose={() => setView({ menu: null })}
    />
  );
}
