/** The name of a key. A key that is pasted or typed never gets further than the server's store. */

import { useState } from "react";
import { keyProvider } from "../model/keyProvider";
import { useDoc } from "../state/docStore";
import { definitionOf } from "../state/libraryStore";
import { serverStore, useServer } from "../state/serverStore";
import { Choice, type ChoiceOption } from "./Choice";
import { NewKey } from "./NewKey";
import type { WidgetProps } from "./types";
import { textOf } from "./values";

const NEW = "+new";

export function SecretWidget({ node, widget, value, onChange, onDone, problem, label }: WidgetProps) {
  const secrets = useServer((state) => state.secrets);
  const [asking, setAsking] = useState<string | null>(null);
  const name = textOf(value);
  const provider = useDoc((doc) => {
    const placed = doc.nodes[node];
    return keyProvider(placed, definitionOf(placed?.type), widget);
  });
  const missing = name !== "" && !secrets.includes(name) && serverStore.getState().info !== null;
  const own = provider ? "automatic" : "none";
  const hint = provider ? `Uses the secret or environment key of ${provider}` : undefined;
  const options: ChoiceOption[] = [
    { key: "=", label: provider ? `Automatic: the ${provider} key` : "None" },
    ...[...new Set(name ? [...secrets, name] : secrets)].map((one) => ({
      key: `=${one}`,
      label: one,
      warning: secrets.includes(one) ? undefined : "There is no secret with this name.",
    })),
    { key: NEW, label: "New key…" },
  ];
  const take = (next: string) => {
    onChange(next);
    onDone();
  };
  return (
    <>
      <Choice
        label={label}
        shown={name || own}
        chosen={`=${name}`}
        options={options}
        invalid={problem !== null}
        warned={missing}
        quiet={!name}
        title={problem ?? (missing ? `There is no secret named ${name}.` : name ? undefined : hint)}
        onChoose={(key) => (key === NEW ? setAsking("") : take(key.slice(1)))}
        onPaste={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setAsking(event.clipboardData.getData("text/plain").trim());
        }}
      />
      {asking !== null && (
        <NewKey provider={provider} start={asking} onStored={take} onClose={() => setAsking(null)} />
      )}
    </>
  );
}
