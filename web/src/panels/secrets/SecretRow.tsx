import { Globe, KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import type { SecretEntry } from "../../api";
import { Button, Confirm, format, IconButton } from "../../ui";
import { HostsForm } from "./HostsForm";
import { SecretForm } from "./SecretForm";

/** A secret by its name, with what can be done to it. */
export function SecretRow({ secret, onDelete }: { secret: SecretEntry; onDelete: (name: string) => void }) {
  const [replacing, setReplacing] = useState(false);
  const [binding, setBinding] = useState(false);
  const { name, updated_at, hosts = [] } = secret;
  return (
    <li>
      <div className="pn-secret">
        <KeyRound size={14} aria-hidden="true" />
        <span className="ui-grow">
          <span className="ui-ellipsis pn-block">{name}</span>
          <span className="ui-small ui-mut ui-num">{format.when(updated_at)}</span>
          {hosts.length > 0 && (
            <span className="ui-small ui-mut ui-ellipsis pn-block" title={hosts.join(", ")}>
              also to {hosts.join(", ")}
            </span>
          )}
        </span>
        <Button
          size="small"
          kind="quiet"
          onClick={() => setReplacing(!replacing)}
          aria-label={`Replace ${name}`}
        >
          Replace
        </Button>
        <IconButton
          size="small"
          label={`Hosts of ${name}`}
          icon={<Globe size={13} />}
          onClick={() => setBinding(!binding)}
        />
        <Confirm
          title={`Remove the secret ${name}?`}
          description="Workflows that name it will fail until it is added again. Its value cannot be brought back."
          action="Remove"
          onConfirm={() => onDelete(name)}
        >
          <IconButton size="small" label={`Remove ${name}`} icon={<Trash2 size={13} />} />
        </Confirm>
      </div>
      {binding && <HostsForm name={name} hosts={hosts} onDone={() => setBinding(false)} />}
      {replacing && <SecretForm name={name} fixed taken={[]} onDone={() => setReplacing(false)} />}
    </li>
  );
}
