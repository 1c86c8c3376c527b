import { Globe, Plug, Plus, SquareTerminal, Trash2 } from "lucide-react";
import { useState } from "react";
import { explain, type McpServer, useDeleteMcpServer, useMcpServers } from "../../api";
import { Confirm, Copy, IconButton, notify } from "../../ui";
import { Answer } from "../Answer";
import { McpServerForm } from "./McpServerForm";

const TERMINAL = "nodebuilder mcp-servers add NAME -- COMMAND";

/** What the server is, in one line: its address, or the command that starts it. */
export function placeOf({ url, command, arguments: words = [] }: McpServer): string {
  return url || [command, ...words].join(" ");
}

function Row({ server, onDelete }: { server: McpServer; onDelete: (name: string) => void }) {
  const { name, url, secret } = server;
  const place = placeOf(server);
  return (
    <li className="pn-secret">
      {url ? <Globe size={14} aria-hidden="true" /> : <SquareTerminal size={14} aria-hidden="true" />}
      <span className="ui-grow">
        <span className="ui-ellipsis pn-block">{name}</span>
        <span className="ui-small ui-mut ui-ellipsis pn-block" title={place}>
          {place}
          {secret && ` · key ${secret}`}
        </span>
      </span>
      <Confirm
        title={`Remove the MCP server ${name}?`}
        description="Workflows that name it will fail until it is set up again."
        action="Remove"
        onConfirm={() => onDelete(name)}
      >
        <IconButton size="small" label={`Remove ${name}`} icon={<Trash2 size={13} />} />
      </Confirm>
    </li>
  );
}

function Hint() {
  return (
    <p className="ui-note">
      A server that is started by a command is added in the terminal alone: <code>{TERMINAL}</code>{" "}
      <Copy label="Copy the command" text={TERMINAL} />
    </p>
  );
}

/** The MCP servers whose tools workflows can use, by name. */
export function McpServers() {
  const query = useMcpServers();
  const remove = useDeleteMcpServer();
  const [adding, setAdding] = useState(false);
  const forget = (name: string) =>
    remove.mutate(name, {
      onSuccess: () => notify.done(`The MCP server ${name} was removed`),
      onError: (thrown) => notify.failed(explain(thrown).message, explain(thrown).remedy),
    });
  return (
    <section aria-label="MCP servers">
      <div className="pn-output-head">
        <h3 className="pn-label">MCP servers</h3>
        <IconButton
          size="small"
          label="Add an MCP server"
          icon={<Plus size={15} />}
          onClick={() => setAdding(true)}
        />
      </div>
      <Answer query={query}>
        {(servers) => (
          <>
            {servers.length === 0 && !adding && (
              <p className="ui-note">
                <Plug size={12} aria-hidden="true" /> None yet. The MCP Tools node uses them by their names.
              </p>
            )}
            <ul>
              {servers.map((server) => (
                <Row key={server.name} server={server} onDelete={forget} />
              ))}
            </ul>
            {adding && (
              <McpServerForm taken={servers.map(({ name }) => name)} onDone={() => setAdding(false)} />
            )}
            <Hint />
          </>
        )}
      </Answer>
    </section>
  );
}
