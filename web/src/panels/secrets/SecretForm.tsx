import { type FormEvent, useState } from "react";
import { explain, usePutSecret } from "../../api";
import { refreshSecrets } from "../../state";
import { Button, Field, Input, notify } from "../../ui";

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const RULE = "A letter, then letters, figures, - or _; at most 64.";

export interface SecretFormProps {
  /** The name to begin with; `fixed` when its value is replaced. */
  name?: string;
  fixed?: boolean;
  taken: readonly string[];
  onDone: () => void;
}

/** Add a secret, or replace the value of one. The value is sent once and never shown again. */
export function SecretForm({ name: given = "", fixed, taken, onDone }: SecretFormProps) {
  const [name, setName] = useState(given);
  const [value, setValue] = useState("");
  const put = usePutSecret();
  const exists = !fixed && taken.includes(name);
  const wrong =
    name !== "" && !NAME.test(name) ? RULE : exists ? "This name is taken: use Replace." : undefined;

  const save = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await put.mutateAsync({ name, value: value.trim() });
    } catch (thrown) {
      notify.failed(explain(thrown).message, explain(thrown).remedy);
      return;
    }
    setValue("");
    await refreshSecrets().catch(() => undefined);
    notify.done(`The secret ${name} is kept`);
    onDone();
  };

  return (
    <form
      className="pn-form"
      onSubmit={(event) => void save(event)}
      aria-label={fixed ? `Replace ${name}` : "Add a secret"}
    >
      {!fixed && (
        <Field label="Name" hint="Such as openai; workflows hold only this name." error={wrong}>
          <Input
            value={name}
            onChange={(event) => setName(event.target.value.trim())}
            placeholder="openai"
            autoFocus={!given}
          />
        </Field>
      )}
      <Field
        label={fixed ? `New value of ${name}` : "Value"}
        hint="Kept encrypted on the server; never shown again."
      >
        <Input
          type="password"
          autoComplete="new-password"
          value={value}
          onChange={(event) => setValue(event.target.value)}
          autoFocus={fixed || Boolean(given)}
        />
      </Field>
      <div className="pn-form-foot">
        <Button size="small" onClick={onDone}>
          Cancel
        </Button>
        <Button
          size="small"
          kind="primary"
          type="submit"
          busy={put.isPending}
          disabled={!name || !value.trim() || wrong !== undefined}
        >
          Save
        </Button>
      </div>
    </form>
  );
}
