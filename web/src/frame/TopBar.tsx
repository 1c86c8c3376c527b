/** The bar at the top: name, saved state, price of the next run, Stop and Run. */

import { MoreHorizontal, Play, Square } from "lucide-react";
import { entry } from "../actions/menus";
import { action, runAction } from "../actions/registry";
import { keyText } from "../actions/types";
import { useRun } from "../state/runStore";
import { isRunning } from "../state/runs";
import { Button, IconButton, Kbd, Menu } from "../ui";
import { ListenToggle } from "./ListenToggle";
import { Price } from "./Price";
import { Sandbox } from "./Sandbox";
import { WorkflowName } from "./WorkflowName";

function workflowMenu() {
  const file = ["new", "open", "openFile", "save", "download", "publish"].map((id) => entry(id));
  const edit = ["undo", "redo"].map((id) => entry(id));
  const view = ["commands", "shortcuts", "settings", "theme"].map((id) => entry(id));
  return [...file, "separator" as const, ...edit, "separator" as const, ...view];
}

export function TopBar() {
  const running = useRun((run) => isRunning(run.status));
  return (
    <header className="bar">
      <span className="mark" aria-hidden="true" />
      <h1 className="ui-hidden">AI Node Builder</h1>
      <WorkflowName />
      <Menu items={workflowMenu()}>
        <IconButton size="small" label="Workflow menu" icon={<MoreHorizontal size={16} />} />
      </Menu>
      <span className="ui-grow" />
      <Sandbox />
      <Price />
      <ListenToggle />
      <Button disabled={!running} icon={<Square size={12} />} onClick={() => runAction("stop")}>
        Stop
      </Button>
      <Button
        kind="primary"
        busy={running}
        icon={<Play size={12} fill="currentColor" />}
        onClick={() => runAction("run")}
      >
        Run <Kbd>{keyText(action("run").keys) ?? ""}</Kbd>
      </Button>
    </header>
  );
}
