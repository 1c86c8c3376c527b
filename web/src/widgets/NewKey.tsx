/** Ask for a key: it goes to the server's store, and only its name comes back. */

import { useState } from "react";
import { explain } from "../api/errors";
import { isSecretName } from "../model/keyShape";
import { freeSecretName, storeKey } from "../state/keys";
import { serverStore } from "../state/serverStore";
import { Button, Dialog, Field, Input } from "../ui";

export interface NewKeyProps {
  readonly provider: string;
  readonly start: string;
  readonly onStored: (name: string) => void;
  readonly onClose: () => void;
}

export function NewKey({ provider, start, onStored, onClose }: NewKeyProps) {
  const [name, setName] = useState(() => freeSecretName(provider || "key", serverStore.getState().secrets));
  const [key, setKey] = useState(start);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const good = isSecretName(name) && key.trim() !== "";
  const store = async () => {
    setBusy(true);
    try {
      onStored(await storeKey(key.trim(), name));
      onClose();
    } catch (error) {
      setProblem(`${explain(error).message} ${explain(error).remedy}`);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New key"
      description="The key is kept by the server. The workflow holds only its name."
      width={420}
      footer={
        <Button kind="primary" disabled={!good} busy={busy} onClick={() => void store()}>
          Keep key
        </Button>
      }
    >
      <form
        className="new-key"
        onSubmit={(event) => {
          event.preventDefault();
          if (good && !busy) void store();
        }}
      >
        <Field label="Key">
          <Input
            type="password"
            autoComplete="off"
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </Field>
        <Field label="Name">
          <Input value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {problem && <p className="ui-note ui-note-bad">{problem}</p>}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
