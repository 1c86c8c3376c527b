/** A node whose type this server does not have: what it holds, kept as it is. */

import type { NodeId } from "../model/types";
import { useDoc } from "../state/docStore";
import { textOf } from "../widgets/values";

export function UnknownBody({ id }: { id: NodeId }) {
  const type = useDoc((doc) => doc.nodes[id]?.type ?? "");
  const values = useDoc((doc) => doc.nodes[id]?.values);
  return (
    <div className="node-unknown">
      <p>
        The node type <code>{type}</code> is not installed. It is kept as it is.
      </p>
      {Object.entries(values ?? {}).map(([name, value]) => (
        <p key={name} className="ui-ellipsis">
          <span className="ui-mut">{name}</span> {textOf(value)}
        </p>
      ))}
    </div>
  );
}
