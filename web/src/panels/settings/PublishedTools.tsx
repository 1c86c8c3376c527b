import { explain, useChangeSettings, useSettings } from "../../api";
import { isCallable } from "../../model/tools";
import type { Json } from "../../model/types";
import { useLibrary } from "../../state";
import { notify, SwitchRow } from "../../ui";
import { Answer } from "../Answer";

const asNames = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];

/** Which kinds of tool nodes MCP clients may call as they are, without a workflow. */
export function PublishedTools() {
  const query = useSettings();
  const change = useChangeSettings();
  const nodes = useLibrary((state) => state.nodes);
  const send = (published_tools: string[]) =>
    change.mutate(
      { published_tools },
      {
        onError: (thrown) => {
          notify.failed(explain(thrown).message, explain(thrown).remedy);
          void query.refetch();
        },
      },
    );
  return (
    <section aria-label="Tools for MCP clients">
      <h3 className="pn-label">Tools for MCP clients</h3>
      <p className="ui-note">
        A tool that is on can be called at /mcp as it is, with the settings it comes with.
      </p>
      <Answer query={query}>
        {({ published_tools }) => {
          const names = asNames(published_tools);
          const rest = names.filter((name) => !nodes.some((node) => node.type === name));
          const rows = [
            ...nodes.filter((node) => isCallable(node) && (node.tool || names.includes(node.type))),
            ...rest.map((type) => ({ type, title: `${type} (not installed)`, paid: false })),
          ];
          return rows.map(({ type, title, paid }) => (
            <SwitchRow
              key={type}
              label={title}
              hint={paid ? "May cost money." : undefined}
              on={names.includes(type)}
              onChange={(on) => send(on ? [...names, type] : names.filter((name) => name !== type))}
            />
          ));
        }}
      </Answer>
    </section>
  );
}
