import { setAsk } from "../../model/commands";
import type { NodeId } from "../../model/types";
import { perform, useDoc } from "../../state";
import { SwitchRow } from "../../ui";

/** Whether a person is asked before a model's call of this tool is made. */
export function Asking({ id }: { id: NodeId }) {
  const ask = useDoc((doc) => doc.nodes[id]?.ask === true);
  return (
    <section aria-label="Calls">
      <h3 className="pn-label">Calls</h3>
      <SwitchRow
        label="Ask before each call"
        hint="The run waits on this node until you allow or refuse what a model wants to call."
        on={ask}
        onChange={(on) => perform(setAsk(id, on))}
      />
    </section>
  );
}
