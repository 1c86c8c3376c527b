import { type FormEvent, useState } from "react";
import { explain, useBindSecret } from "../../api";
import { Button, Field, Input, notify } from "../../ui";

/** What a person wrote, as hosts: commas and spaces part them, an address is cut to its host. */
export function readHosts(text: string): string[] {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  return [...new Set(words.map((word) => word.replace(/^\w+:\/\//, "").replace(/[/?#].*$/, "")))];
}

export interface HostsFormProps {
  name: string;
  hosts: readonly string[];
  onDone: () => void;
}

/** To which hosts beside its provider's own a key may go. */
export function HostsForm({ name, hosts, onDone }: HostsFormProps) {
  const [text, setText] = useState(hosts.join(" "));
  const bind = useBindSecret();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await bind.mutateAsync({ name, hosts: readHosts(text) });
    } catch (thrown) {
      notify.failed(explain(thrown).message, explain(thrown).remedy);
      return;
    }
    notify.done(`The hosts of ${name} are kept`);
    onDone();
  };
  return (
    <form className="pn-form" onSubmit={(event) => void save(event)} aria-label={`Hosts of ${name}`}>
      <Field
        label="Hosts"
        hint="Beside its provider's own, the key goes to these and to no others: host or host:port, parted by spaces."
      >
        <Input
          value={text}
          placeholder="llm.example.org 127.0.0.1:11434"
          autoFocus
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <div className="pn-form-foot">
        <Button size="small" onClick={onDone}>
          Cancel
        </Button>
        <Button size="small" kind="primary" type="submit" busy={bind.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
