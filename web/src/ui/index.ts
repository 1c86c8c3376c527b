/** The kit: import from here. The style sheets come with it; call `startTheme()` before the first render, put `<Toaster />` in App. */
import "./theme.css";
import "./kit.css";
import "./floating.css";

export { Button, type ButtonProps } from "./Button";
export { Confirm, type ConfirmProps } from "./Confirm";
export { Copy, copyText } from "./Copy";
export { Cut } from "./Cut";
export { Dialog, type DialogProps } from "./Dialog";
export { EmptyState } from "./EmptyState";
export { Field, Input, Select, TextArea } from "./Field";
export * as format from "./format";
export { IconButton, type IconButtonProps } from "./IconButton";
export { Kbd } from "./Kbd";
export { Long } from "./Long";
export { ContextMenu, Menu, PointMenu } from "./Menu";
export type { MenuAction, MenuGroup, MenuItem } from "./menuItems";
export { ProblemNote } from "./ProblemNote";
export { SearchField } from "./SearchField";
export { Skeleton } from "./Skeleton";
export { Switch, SwitchRow } from "./Switch";
export { type Tab, Tabs } from "./Tabs";
export { notify, Toaster } from "./Toast";
export { Tooltip } from "./Tooltip";
export * from "./theme";
export { nodeColour, SOCKET_COLOURS, socketColour } from "./tokens";
export { Words } from "./Words";
