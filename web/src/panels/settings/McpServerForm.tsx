import { type FormEvent, useState } from "react";
import { explain, usePutMcpServer } from "../../api";
import { useServer } from "../../state";
import { Button, Field, Input, notify, Select } from "../../ui";

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const RULE = "A letter, then letters, figures, - or _; at most 64.";

function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (name !== "" && !NAME.test(name)) return RULE;
  return taken.includes(name) ? "This name is taken: remove the other one first." : undefined;
}

/** Set up an MCP server at a URL; its key is named, never written here. */
export function McpServerForm({ taken, onDone }: { taken: readonly string[]; onDone: () => void }) {
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState("");
  const secrets = useServer((state) => state.secrets);
  const put = usePutMcpServer();
  const wrong = nameProblem(name, taken);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await put.mutateAsync({ name, url: url.trim(), secret });
    } catch (thrown) {
      notify.failed(explain(thrown).message, explain(thrown).remedy);
      return;
    }
    notify.done(`The MCP server ${name} is set up`);
    onDone();
  };

  return (
    <form
      className="pn-form pn-form-bare"
      onSubmit={(event) => void save(event)}
      aria-label="Add an MCP server"
    >
      <Field label="Name" hint="Workflows hold only this name." error={wrong}>
        <Input
          value={name}
          placeholder="notes"
          autoFocus
          onChange={(event) => setName(event.target.value.trim())}
        />
      </Field>
      <Field label="Address">
        <Input
          value={url}
          type="url"
          placeholder="https://example.org/mcp"
          onChange={(event) => setUrl(event.target.value)}
        />
      </Field>
      <Field label="Key" hint="A secret that is sent along as Authorization: Bearer.">
        <Select value={secret} onChange={(event) => setSecret(event.target.value)}>
          <option value="">None</option>
          {secrets.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
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
          disabled={!name || !url.trim() || wrong !== undefined}
        >
          Add
        </Button>
      </div>
    </form>
  );
}
