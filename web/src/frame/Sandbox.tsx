/** Whether calls are simulated, or a real key is used and money is spent. */

import clsx from "clsx";
import { keyProvider } from "../model/keyProvider";
import type { NodeDefinition, ServerInfo, WorkflowDocument } from "../model/types";
import { useDoc } from "../state/docStore";
import { useLibrary } from "../state/libraryStore";
import { useServer } from "../state/serverStore";

/** The providers of a document whose calls go out with a real key; a key named by a node counts too. */
export function paidProviders(
  doc: WorkflowDocument,
  library: ReadonlyMap<string, NodeDefinition>,
  keys: ServerInfo["keys"],
): string[] {
  const found = new Set(
    Object.keys(keys).filter((provider) => keys[provider] === "secret" || keys[provider] === "environment"),
  );
  for (const node of Object.values(doc.nodes)) {
    const definition = library.get(node.type);
    const widget = definition?.widgets.find(({ kind }) => kind === "secret");
    const provider = widget && node.values?.[widget.name] ? keyProvider(node, definition, widget) : "";
    if (provider) found.add(provider); // the secret of a webhook pays for nothing
  }
  return [...found];
}

/** The providers that are really called; empty while all calls are simulated, null without a sandbox. */
export function usePaidProviders(): readonly string[] | null {
  const info = useServer((state) => state.info);
  const library = useLibrary((state) => state.byType);
  const names = useDoc((doc) => (info ? paidProviders(doc, library, info.keys).join(" ") : ""));
  if (!info?.sandbox) return null;
  return names ? names.split(" ") : [];
}

export function Sandbox() {
  const paid = usePaidProviders();
  if (paid === null) return null;
  const real = paid.length > 0;
  const title = real
    ? "The sandbox stands in only where there is no key. With a key, calls go to the provider."
    : "Calls go to the built-in sandbox: nothing leaves this computer";
  return (
    <span className={clsx("chip chip-small", real && "chip-warn")} title={title}>
      {real ? (
        <>
          <span className="chip-note">Sandbox on ·</span> {paid.join(", ")} key is used, calls cost money
        </>
      ) : (
        <>
          <span className="ui-mut">Sandbox</span> simulated, no cost
        </>
      )}
    </span>
  );
}
