/** Actions as menu entries. */

import { createElement } from "react";
import { colourGroup, connect, disconnect, removeGroup } from "../model/commands";
import { GROUP_COLOURS, groupsOf, inside, nodeBoxes } from "../model/groups";
import { parseLink } from "../model/links";
import type { Point } from "../model/placement";
import { twoWayLinks, wayBack } from "../model/tools";
import { currentDoc, perform } from "../state/docStore";
import { libraryStore } from "../state/libraryStore";
import { placeNode } from "../state/placing";
import { type MenuTarget, type ScreenPoint, selectNodes, setView } from "../state/viewStore";
import type { MenuAction, MenuItem } from "../ui";
import { action } from "./registry";
import { keyText } from "./types";

export function entry(id: string, label?: string): MenuAction {
  const found = action(id);
  return {
    label: label ?? found.label,
    keys: keyText(found.keys),
    danger: found.danger ?? false,
    disabled: !(found.when?.() ?? true),
    onSelect: found.run,
  };
}

function byCategory(flow: Point): MenuItem[] {
  const groups = new Map<string, MenuItem[]>();
  for (const node of libraryStore.getState().nodes) {
    const items = groups.get(node.category) ?? [];
    groups.set(node.category, items);
    items.push({ label: node.title, onSelect: () => void placeNode(node, flow) });
  }
  return [...groups].map(([label, items]) => ({ label, items }));
}

function paneMenu(at: ScreenPoint, flow: ScreenPoint): MenuItem[] {
  const search = {
    label: "Add node…",
    keys: "Tab",
    onSelect: () => void setTimeout(() => setView({ search: { at, flow } })),
  };
  const rest = [entry("paste"), entry("selectAll"), entry("fit"), entry("arrange")];
  return [search, { heading: "Add" }, ...byCategory(flow), "separator", ...rest];
}

function nodeMenu(id: string): MenuItem[] {
  const isStart = currentDoc().start === id;
  return [
    entry("documentation"),
    "separator",
    entry("runFrom"),
    entry("setStart", isStart ? "No longer the start" : "Set as start"),
    "separator",
    { ...entry("rename"), onSelect: () => void setTimeout(action("rename").run) },
    entry("duplicate"),
    entry("copy"),
    entry("cut"),
    { ...entry("connect"), onSelect: () => void setTimeout(action("connect").run) },
    entry("disconnect"),
    { ...entry("group"), onSelect: () => void setTimeout(action("group").run) },
    "separator",
    entry("delete"),
  ];
}

/** A link that carries tool and calls alike may be given a link of its own for the calls. */
function wayBackOf(text: string): MenuItem[] {
  const link = parseLink(text);
  if (!link || !twoWayLinks(currentDoc(), libraryStore.getState().byType).has(text)) return [];
  const draw = () => perform(connect({ ...wayBack(link), targetMany: true }));
  return [{ label: "Draw the calls as a link", onSelect: draw }];
}

function linkMenu(text: string): MenuItem[] {
  const cut = () => perform(disconnect(new Set([text])));
  const remove = { label: "Delete link", keys: "Del", danger: true, onSelect: cut };
  return [{ heading: text }, ...wayBackOf(text), remove];
}

function groupMenu(at: number): MenuItem[] {
  const found = groupsOf(currentDoc()).find((group) => group.at === at);
  if (!found) return [];
  const nodes = inside(found.box, nodeBoxes(currentDoc(), libraryStore.getState().byType));
  const colours = GROUP_COLOURS.map(({ name, value }) => ({
    label: name,
    checked: (found.colour ?? null) === value,
    icon: createElement("span", { className: "node-square", style: { background: value ?? "var(--dim)" } }),
    onSelect: () => perform(colourGroup(at, value)),
  }));
  return [
    { ...entry("rename"), onSelect: () => void setTimeout(() => setView({ renamingGroup: at })) },
    { label: "Colour", items: colours },
    {
      label: "Select its nodes",
      disabled: nodes.length === 0,
      onSelect: () => selectNodes(nodes.map(({ id }) => id)),
    },
    "separator",
    { ...entry("delete", "Delete group"), disabled: false, onSelect: () => perform(removeGroup(at)) },
  ];
}

/** What the right mouse button offers. */
export function menuFor(target: MenuTarget, at: ScreenPoint): MenuItem[] {
  if (target.kind === "pane") return paneMenu(at, target.flow);
  if (target.kind === "node") return nodeMenu(target.id);
  if (target.kind === "group") return groupMenu(target.at);
  return linkMenu(target.link);
}
