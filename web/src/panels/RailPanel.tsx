import type { KeyboardEvent, ReactNode } from "react";
import { type RailPanel as Room, setView, useView } from "../state";
import { usePanelSize } from "../state/panelSizes";
import { FilesPanel } from "./files/FilesPanel";
import { HistoryPanel } from "./history/HistoryPanel";
import { ListeningPanel } from "./listening/ListeningPanel";
import { OutlinePanel } from "./outline/OutlinePanel";
import { PalettePanel } from "./palette/PalettePanel";
import { Splitter } from "./Splitter";
import { SecretsPanel } from "./secrets/SecretsPanel";
import { SettingsPanel } from "./settings/SettingsPanel";
import { WorkflowsPanel } from "./workflows/WorkflowsPanel";

const ROOMS: Record<Room, () => ReactNode> = {
  nodes: PalettePanel,
  files: FilesPanel,
  history: HistoryPanel,
  listening: ListeningPanel,
  workflows: WorkflowsPanel,
  outline: OutlinePanel,
  secrets: SecretsPanel,
  settings: SettingsPanel,
};

/** Where rooms lie over the canvas, as `frame.css` has it. */
const NARROW = "(max-width: 1000px)";

/** Escape folds a room that lies over the canvas; the focus goes back to its button. */
function onKeyDown(event: KeyboardEvent): void {
  const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  const inside = event.target instanceof Node && event.currentTarget.contains(event.target);
  if (event.key !== "Escape" || event.defaultPrevented || typing || !inside) return;
  if (!globalThis.matchMedia(NARROW).matches) return;
  const button = document.querySelector<HTMLElement>(".pn-rail [aria-pressed=true]");
  setView({ rail: null });
  button?.focus();
}

/** The room that the rail has opened; nothing when it is folded away. */
export function RailPanel() {
  const rail = useView((view) => view.rail);
  const width = usePanelSize("rail");
  if (rail === null) return null;
  const Room = ROOMS[rail];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a key for all that is in it, which also the rail does
    <div className="pn-place" style={{ width }} onKeyDown={onKeyDown}>
      <Room />
      <Splitter side="rail" label="Width of the left panel" />
    </div>
  );
}
