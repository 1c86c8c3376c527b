/** For nodes that were switched off in the earlier editor: its engine ran them all the same, and so does this one. */

import { looksOf } from "../model/older";
import type { NodeId } from "../model/types";
import { useDoc } from "../state/docStore";

export function MutedNote({ id }: { id: NodeId }) {
  const muted = useDoc((doc) => looksOf(doc.nodes[id]).muted);
  if (!muted) return null;
  return (
    <p
      className="node-note"
      title="The earlier engine ran muted nodes as well. Delete the node if it shall not run."
    >
      Muted in the older editor; it runs here.
    </p>
  );
}
