import { PanelRightClose } from "lucide-react";
import { setView, showTab, useCheck, useRun, useView } from "../state";
import { usePanelSize } from "../state/panelSizes";
import { IconButton, Tabs } from "../ui";
import { DisplayPanel } from "./display/DisplayPanel";
import { DocsPanel } from "./docs/DocsPanel";
import { InspectorPanel } from "./inspector/InspectorPanel";
import { LogPanel } from "./log/LogPanel";
import { Splitter } from "./Splitter";

/** The panel at the right: Display, Inspector, Log, Docs. */
export function SidePanel() {
  const open = useView((view) => view.sideOpen);
  const tab = useView((view) => view.tab);
  const problems = useCheck((check) => check.problems.length);
  const errors = useRun((run) => run.errors.length);
  const width = usePanelSize("side");
  if (!open) return null;
  return (
    <aside className="pn-side" aria-label="Side panel" style={{ width }}>
      <Splitter side="side" label="Width of the side panel" />
      <Tabs
        label="Side panel"
        value={tab}
        onChange={showTab}
        tabs={[
          { id: "display", label: "Display", content: <DisplayPanel /> },
          { id: "inspector", label: "Inspector", badge: problems, content: <InspectorPanel /> },
          { id: "log", label: "Log", badge: errors, content: <LogPanel /> },
          { id: "docs", label: "Docs", content: <DocsPanel /> },
        ]}
        end={
          <IconButton
            size="small"
            label="Fold the side panel away"
            side="left"
            icon={<PanelRightClose size={15} />}
            onClick={() => setView({ sideOpen: false })}
          />
        }
      />
    </aside>
  );
}
