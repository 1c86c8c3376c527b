import { Keyboard } from "lucide-react";
import { explain, useChangeSettings, useInfo, useSettings } from "../../api";
import type { Json } from "../../model/types";
import { setView } from "../../state";
import { Button, notify } from "../../ui";
import { Answer } from "../Answer";
import { Panel } from "../Panel";
import { fieldsOf } from "./fields";
import { McpServers } from "./McpServers";
import { PublishedTools } from "./PublishedTools";
import { Setting } from "./Setting";
import { ThemeChoice } from "./ThemeChoice";

function ServerSettings() {
  const query = useSettings();
  const change = useChangeSettings();
  const send = (name: string, value: Json) =>
    change.mutate(
      { [name]: value },
      {
        onSuccess: () => notify.done("Saved"),
        onError: (thrown) => {
          notify.failed(explain(thrown).message, explain(thrown).remedy);
          void query.refetch();
        },
      },
    );
  return (
    <section aria-label="Server">
      <h3 className="pn-label">Server</h3>
      <Answer query={query}>
        {(settings) => (
          <div className="pn-settings">
            {fieldsOf(settings).map((field) => (
              <Setting key={field.name} field={field} onChange={send} />
            ))}
          </div>
        )}
      </Answer>
    </section>
  );
}

function About() {
  const { data: info } = useInfo();
  if (!info) return null;
  return (
    <p className="ui-small ui-mut">
      AI Node Builder {info.version} · {info.public_url}
      {info.sandbox && " · sandbox"}
    </p>
  );
}

/** The look, and the limits of the server. */
export function SettingsPanel() {
  return (
    <Panel title="Settings">
      <div className="pn-inspector">
        <ThemeChoice />
        <Button icon={<Keyboard size={14} />} onClick={() => setView({ shortcuts: true })}>
          Keyboard shortcuts
        </Button>
        <ServerSettings />
        <McpServers />
        <PublishedTools />
        <About />
      </div>
    </Panel>
  );
}
