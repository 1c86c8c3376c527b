/** The frame: bar, rail, room, canvas, side panel, status line. */

import "./frame/frame.css";
import "./nodes/nodes.css";
import "./nodes/outcome.css";
import "./widgets/widgets.css";
import { useEffect, useState } from "react";
import { startKeys } from "./actions/keymap";
import { ApiProvider } from "./api";
import { GraphCanvas } from "./canvas/GraphCanvas";
import { ApprovalNotice } from "./frame/Approvals";
import { CommandPalette } from "./frame/CommandPalette";
import { ConflictDialog } from "./frame/ConflictDialog";
import { ConnectDialog } from "./frame/ConnectDialog";
import { ListenNotice } from "./frame/ListenToggle";
import { LostConnection } from "./frame/LostConnection";
import { OlderDialog } from "./frame/OlderDialog";
import { StatusBar } from "./frame/StatusBar";
import { TopBar } from "./frame/TopBar";
import { Rail, RailPanel, ShortcutsDialog, SidePanel } from "./panels";
import { startSession } from "./state/session";
import { setView, useView } from "./state/viewStore";
import { exposeEditor } from "./testing";
import { Toaster } from "./ui";

function useEditor(): void {
  const [start] = useState(() => () => [startKeys(), startSession(), exposeEditor()]);
  useEffect(() => {
    const endings = start();
    return () => {
      for (const end of endings) end();
    };
  }, [start]);
}

export function App() {
  useEditor();
  const shortcuts = useView((state) => state.shortcuts);
  return (
    <ApiProvider>
      <div className="app">
        <TopBar />
        <div className="rooms">
          <Rail />
          <RailPanel />
          <main className="canvas-room">
            <GraphCanvas />
            <div className="notices">
              <LostConnection />
              <ApprovalNotice />
              <ListenNotice />
            </div>
          </main>
          <SidePanel />
        </div>
        <StatusBar />
      </div>
      <CommandPalette />
      <ConnectDialog />
      <ConflictDialog />
      <OlderDialog />
      <ShortcutsDialog open={shortcuts} onOpenChange={(open) => setView({ shortcuts: open })} />
      <Toaster />
    </ApiProvider>
  );
}
