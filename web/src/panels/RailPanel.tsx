import type { ReactNode } from "react";
import { type RailPanel as Room, useView } from "../state";
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

/** The room that the rail has opened; nothing when it is folded away. */
export function RailPanel() {
  const rail = useView((view) => view.rail);
  const width = usePanelSize("rail");
  if (rail === null) return null;
  const Room = ROOMS[rail];
  return (
    <div className="pn-place" style={{ width }}>
      <Room />
      <Splitter side="rail" label="Width of the left panel" />
    </div>
  );
}
