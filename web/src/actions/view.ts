/** Actions on panels and the look. */

import { setView, showTab, toggleRail } from "../state/viewStore";
import { chooseTheme, currentTheme } from "../ui/theme";
import type { Action } from "./types";

const swapTheme = () => chooseTheme(currentTheme() === "dark" ? "light" : "dark");

export const viewActions: readonly Action[] = [
  {
    id: "commands",
    label: "Commands…",
    group: "View",
    keys: "$mod+k",
    everywhere: true,
    run: () => setView((state) => ({ palette: !state.palette })),
  },
  {
    id: "shortcuts",
    label: "Keyboard shortcuts",
    group: "View",
    keys: "Shift+?",
    run: () => setView({ shortcuts: true }),
  },
  { id: "nodes", label: "Nodes", group: "View", run: () => toggleRail("nodes") },
  { id: "files", label: "Files", group: "View", run: () => toggleRail("files") },
  { id: "history", label: "Run history", group: "View", run: () => toggleRail("history") },
  { id: "listening", label: "Listening", group: "View", run: () => toggleRail("listening") },
  { id: "outline", label: "Outline", group: "View", run: () => toggleRail("outline") },
  { id: "secrets", label: "Secrets", group: "View", run: () => toggleRail("secrets") },
  { id: "settings", label: "Settings", group: "View", keys: "$mod+,", run: () => toggleRail("settings") },
  {
    id: "guides",
    label: "Guides",
    group: "View",
    run: () => setView({ docsType: null, sideOpen: true, tab: "docs" }),
  },
  { id: "display", label: "Show display", group: "View", run: () => showTab("display") },
  { id: "inspector", label: "Show inspector", group: "View", run: () => showTab("inspector") },
  { id: "log", label: "Show log", group: "View", run: () => showTab("log") },
  {
    id: "side",
    label: "Side panel",
    group: "View",
    keys: "$mod+j",
    run: () => setView((state) => ({ sideOpen: !state.sideOpen })),
  },
  {
    id: "left",
    label: "Left panel",
    group: "View",
    keys: "$mod+b",
    run: () => setView((s) => ({ rail: s.rail ? null : "nodes" })),
  },
  { id: "theme", label: "Light or dark", group: "View", run: swapTheme },
];
