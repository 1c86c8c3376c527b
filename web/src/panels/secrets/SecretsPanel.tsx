import { KeyRound, Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { explain, useDeleteSecret, useSecrets } from "../../api";
import { refreshSecrets, setView, useView } from "../../state";
import { Button, EmptyState, IconButton, notify } from "../../ui";
import { Answer } from "../Answer";
import { Panel } from "../Panel";
import { Elsewhere } from "./Elsewhere";
import { SecretForm } from "./SecretForm";
import { SecretRow } from "./SecretRow";

/** The keys of providers, by name. */
export function SecretsPanel() {
  const query = useSecrets();
  const remove = useDeleteSecret();
  const wanted = useView((view) => view.wantedSecret);
  const [adding, setAdding] = useState<string | null>(null);

  useEffect(() => {
    if (wanted === null) return;
    setAdding(wanted);
    setView({ wantedSecret: null });
  }, [wanted]);

  const forget = (name: string) =>
    remove.mutate(name, {
      onSuccess: () => {
        notify.done(`The secret ${name} was removed`);
        void refreshSecrets().catch(() => undefined);
      },
      onError: (thrown) => notify.failed(explain(thrown).message, explain(thrown).remedy),
    });

  return (
    <Panel
      title="Secrets"
      actions={
        <IconButton
          size="small"
          label="Add a secret"
          icon={<Plus size={15} />}
          onClick={() => setAdding("")}
        />
      }
    >
      <Answer query={query}>
        {(secrets) => (
          <>
            {adding !== null && (
              <SecretForm
                key={adding}
                name={adding}
                fixed={secrets.some(({ name }) => name === adding)}
                taken={secrets.map(({ name }) => name)}
                onDone={() => setAdding(null)}
              />
            )}
            <ul className="pn-list">
              {secrets.map((secret) => (
                <SecretRow key={secret.name} secret={secret} onDelete={forget} />
              ))}
            </ul>
            {secrets.length === 0 && adding === null && (
              <EmptyState
                icon={<KeyRound size={22} />}
                text="Keys of providers are kept here, encrypted. A workflow holds only the name of a key."
                action={<Button onClick={() => setAdding("openai")}>Add a key</Button>}
              />
            )}
            <Elsewhere />
          </>
        )}
      </Answer>
    </Panel>
  );
}
