/** What an empty canvas says. */

import { runAction } from "../actions/registry";
import { useDoc } from "../state/docStore";
import { useLibrary } from "../state/libraryStore";
import { Button } from "../ui";

export function EmptyCanvas() {
  const empty = useDoc((doc) => Object.keys(doc.nodes).length === 0);
  const ready = useLibrary((state) => state.status === "ready");
  if (!empty || !ready) return null;
  return (
    <div className="canvas-empty">
      <p>Double-click anywhere to add a node.</p>
      <Button kind="primary" onClick={() => runAction("addNode")}>
        Add node
      </Button>
    </div>
  );
}
