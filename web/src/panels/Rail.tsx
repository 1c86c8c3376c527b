import {
  FolderOpen,
  History,
  Image,
  KeyRound,
  ListTree,
  PanelRight,
  Radio,
  Settings,
  Shapes,
} from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { type RailPanel as Room, setView, toggleRail, useView } from "../state";
import { IconButton } from "../ui";
import { trackRecent } from "./palette/recent";
import { useFreshness } from "./useFreshness";

const ROOMS: ReadonlyArray<{ room: Room; label: string; icon: ReactNode }> = [
  { room: "nodes", label: "Nodes", icon: <Shapes size={17} /> },
  { room: "workflows", label: "Workflows", icon: <FolderOpen size={17} /> },
  { room: "files", label: "Files", icon: <Image size={17} /> },
  { room: "history", label: "History", icon: <History size={17} /> },
  { room: "listening", label: "Listening", icon: <Radio size={17} /> },
  { room: "outline", label: "Outline", icon: <ListTree size={17} /> },
  { room: "secrets", label: "Secrets", icon: <KeyRound size={17} /> },
];

/** The row of rooms at the left edge; a second click folds the room away. */
export function Rail() {
  const rail = useView((view) => view.rail);
  const sideOpen = useView((view) => view.sideOpen);
  useEffect(trackRecent, []);
  useFreshness();
  return (
    <nav className="pn-rail" aria-label="Rooms">
      {ROOMS.map(({ room, label, icon }) => (
        <IconButton
          key={room}
          label={label}
          icon={icon}
          side="right"
          active={rail === room}
          onClick={() => toggleRail(room)}
        />
      ))}
      <span className="ui-grow" />
      <IconButton
        label="Side panel"
        side="right"
        icon={<PanelRight size={17} />}
        active={sideOpen}
        onClick={() => setView({ sideOpen: !sideOpen })}
      />
      <IconButton
        label="Settings"
        side="right"
        icon={<Settings size={17} />}
        active={rail === "settings"}
        onClick={() => toggleRail("settings")}
      />
    </nav>
  );
}
