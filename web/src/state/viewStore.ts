/** What the person sees and has chosen: selection, panels, popups. Never saved, never undone. */

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { LooseEnd } from "../model/search";
import type { NodeId, SocketType, WorkflowDocument } from "../model/types";

export type SideTab = "display" | "inspector" | "log" | "docs";
export type RailPanel =
  | "nodes"
  | "files"
  | "history"
  | "listening"
  | "workflows"
  | "outline"
  | "secrets"
  | "settings";

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

/** The popup that finds a node type, opened at a point of the window. */
export interface NodeSearch {
  readonly at: ScreenPoint;
  /** Where the new node goes, on the canvas. */
  readonly flow: ScreenPoint;
  /** The loose end of a wire that was dropped, and the socket it hangs on. */
  readonly wire?: LooseEnd & { readonly node: NodeId; readonly handle: string };
}

export type MenuTarget =
  | { readonly kind: "pane"; readonly flow: ScreenPoint }
  | { readonly kind: "node"; readonly id: NodeId }
  | { readonly kind: "link"; readonly link: string }
  | { readonly kind: "group"; readonly at: number };

/** The wire that is being drawn now. */
export interface Drawing {
  readonly node: NodeId;
  readonly side: "in" | "out";
  readonly type: SocketType;
}

export interface ViewState {
  readonly selection: ReadonlySet<NodeId>;
  readonly links: ReadonlySet<string>;
  /** The chosen group, by its place in the list of the document. */
  readonly group: number | null;
  readonly hovered: string | null;
  readonly zoom: number;
  /** Below this zoom nodes are drawn on the canvas, not in the page. */
  readonly far: boolean;
  /** What the left panel shows; null is folded away. */
  readonly rail: RailPanel | null;
  readonly sideOpen: boolean;
  readonly tab: SideTab;
  /** The node type whose documentation is shown. */
  readonly docsType: string | null;
  readonly search: NodeSearch | null;
  readonly menu: { readonly at: ScreenPoint; readonly target: MenuTarget } | null;
  readonly drawing: Drawing | null;
  /** The link in the hand: picked up at its input, not yet let go of. */
  readonly lifted: string | null;
  readonly renaming: NodeId | null;
  readonly renamingGroup: number | null;
  /** The node whose sockets are being joined by name. */
  readonly wiring: NodeId | null;
  readonly palette: boolean;
  readonly shortcuts: boolean;
  /** A secret name to ask for when the secrets panel opens. */
  readonly wantedSecret: string | null;
}

const wide = (globalThis.innerWidth ?? 1440) >= 1100;

export const viewStore = createStore<ViewState>(() => ({
  selection: new Set(),
  links: new Set(),
  group: null,
  hovered: null,
  zoom: 1,
  far: false,
  rail: wide ? "nodes" : null,
  sideOpen: wide,
  tab: "display",
  docsType: null,
  search: null,
  menu: null,
  drawing: null,
  lifted: null,
  renaming: null,
  renamingGroup: null,
  wiring: null,
  palette: false,
  shortcuts: false,
  wantedSecret: null,
}));

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(viewStore, select);
}

export const setView = viewStore.setState;

export function selectNodes(ids: Iterable<NodeId>): void {
  setView({ selection: new Set(ids), links: new Set(), group: null });
}

export function selectLinks(links: Iterable<string>): void {
  setView({ selection: new Set(), links: new Set(links), group: null });
}

/** Choose a group and nothing else. */
export function chooseGroup(at: number): void {
  setView({ selection: new Set(), links: new Set(), group: at });
}

/** Let go of what is no longer there. */
export function keepChosen({ nodes, links, groups }: WorkflowDocument): void {
  const { selection, links: chosen, group } = viewStore.getState();
  if (group !== null && !(Array.isArray(groups) && group < groups.length))
    setView({ group: null, renamingGroup: null });
  if ([...selection].some((id) => !Object.hasOwn(nodes, id)))
    setView({ selection: new Set([...selection].filter((id) => Object.hasOwn(nodes, id))) });
  if (chosen.size && [...chosen].some((text) => !links.includes(text)))
    setView({ links: new Set([...chosen].filter((text) => links.includes(text))) });
}

/** Show a tab of the side panel. */
export function showTab(tab: SideTab): void {
  setView({ sideOpen: true, tab });
}

/** Show what the left panel holds, or fold it away when it is shown already. */
export function toggleRail(panel: RailPanel): void {
  setView((state) => ({ rail: state.rail === panel ? null : panel }));
}

/** Open the documentation of a node type. */
export function showDocs(type: string): void {
  setView({ docsType: type, sideOpen: true, tab: "docs" });
}

/** Open the secrets panel and ask for this name. */
export function askForSecret(name: string): void {
  setView({ rail: "secrets", wantedSecret: name });
}
