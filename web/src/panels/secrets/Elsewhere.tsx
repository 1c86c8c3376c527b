import { Globe } from "lucide-react";
import { useState } from "react";
import { useSecretBindings } from "../../api";
import { useServer } from "../../state";
import { IconButton } from "../../ui";
import { HostsForm } from "./HostsForm";

function Row({ name, hosts }: { name: string; hosts: readonly string[] }) {
  const [binding, setBinding] = useState(false);
  return (
    <li>
      <div className="pn-secret">
        <span className="ui-grow">
          <span className="ui-ellipsis pn-block">{name}</span>
          {hosts.length > 0 && (
            <span className="ui-small ui-mut ui-ellipsis pn-block" title={hosts.join(", ")}>
              also to {hosts.join(", ")}
            </span>
          )}
        </span>
        <IconButton
          size="small"
          label={`Hosts of ${name}`}
          icon={<Globe size={13} />}
          onClick={() => setBinding(!binding)}
        />
      </div>
      {binding && <HostsForm name={name} hosts={hosts} onDone={() => setBinding(false)} />}
    </li>
  );
}

/** Keys that are not kept here but come from the environment or with a run: by provider, with their hosts. */
export function Elsewhere() {
  const { data: bindings = {} } = useSecretBindings();
  const keys = useServer((state) => state.info?.keys);
  const given = Object.keys(keys ?? {}).filter((provider) => keys?.[provider] === "environment");
  const names = [...new Set([...given, ...Object.keys(bindings)])];
  if (names.length === 0) return null;
  return (
    <section className="pn-list" aria-label="Keys from elsewhere">
      <h3 className="pn-category">Keys from elsewhere</h3>
      <ul>
        {names.map((name) => (
          <Row key={name} name={name} hosts={bindings[name] ?? []} />
        ))}
      </ul>
    </section>
  );
}
