/** The rooms around the canvas. Wrap the app in `ApiProvider`; put `Rail` (44 px), `RailPanel`, the canvas and `SidePanel` in a row. */
import "./panels.css";
import "./feed.css";
import "./rooms.css";
import "./lists.css";
import "./listening.css";
import "./frame.css";

export { PalettePanel } from "./palette/PalettePanel";
export { DRAG_TYPE } from "./palette/PaletteRow";
export { Rail } from "./Rail";
export { RailPanel } from "./RailPanel";
export { SidePanel } from "./SidePanel";
export { ShortcutsDialog } from "./shortcuts/ShortcutsDialog";
