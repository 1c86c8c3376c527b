import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { documentWith } from "../../src/model/document";
import { keyProvider, nodeProvider } from "../../src/model/keyProvider";
import { readHosts } from "../../src/panels/secrets/HostsForm";
import { SecretsPanel } from "../../src/panels/secrets/SecretsPanel";
import { McpServers } from "../../src/panels/settings/McpServers";
import { PublishedTools } from "../../src/panels/settings/PublishedTools";
import { serverStore } from "../../src/state";
import { setLibrary } from "../../src/state/libraryStore";
import { WidgetControl } from "../../src/widgets/WidgetControl";
import { definition, input, widget } from "../model/sample";
import { type Backend, openEditor, show, startBackend, status } from "./harness";

let backend: Backend;
beforeEach(() => openEditor());
afterEach(async () => backend?.close());

const made = () =>
  backend.asked
    .filter(({ method }) => method !== "GET")
    .map(({ method, url, body }) => [method, url, body ? JSON.parse(body) : null]);
const server = (name: string, more: object) => ({
  name,
  url: "",
  secret: "",
  header: "",
  command: "",
  arguments: [],
  variables: {},
  folder: "",
  ...more,
});

test("MCP servers are listed by what they are; one at an address is added, and removed after a yes", async () => {
  const servers = [
    server("notes", { url: "https://example.org/mcp", secret: "notes_key" }),
    server("files", { command: "npx", arguments: ["-y", "files-server"] }),
  ];
  backend = await startBackend({
    "GET /api/mcp-servers": { servers },
    "PUT /api/mcp-servers/wiki": status(204),
    "DELETE /api/mcp-servers/files": status(204),
  });
  serverStore.setState({ secrets: ["wiki_key"] });
  show(<McpServers />);
  await waitFor(() => expect(screen.getByText("https://example.org/mcp · key notes_key")).toBeVisible());
  expect(screen.getByText("npx -y files-server")).toBeVisible();
  expect(screen.getByText("nodebuilder mcp-servers add NAME -- COMMAND")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Add an MCP server" }));
  const form = within(screen.getByRole("form", { name: "Add an MCP server" }));
  await userEvent.type(form.getByRole("textbox", { name: "Name" }), "notes");
  expect(form.getByText(/This name is taken/)).toBeVisible();
  await userEvent.clear(form.getByRole("textbox", { name: "Name" }));
  await userEvent.type(form.getByRole("textbox", { name: "Name" }), "wiki");
  await userEvent.type(form.getByRole("textbox", { name: "Address" }), "http://127.0.0.1:9000/mcp");
  await userEvent.selectOptions(form.getByRole("combobox", { name: "Key" }), "wiki_key");
  await userEvent.click(form.getByRole("button", { name: "Add" }));
  const body = { url: "http://127.0.0.1:9000/mcp", secret: "wiki_key", header: "" };
  await waitFor(() => expect(made()).toEqual([["PUT", "/api/mcp-servers/wiki", body]]));
  await userEvent.click(screen.getByRole("button", { name: "Remove files" }));
  await userEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Remove" }));
  await waitFor(() => expect(made()[1]).toEqual(["DELETE", "/api/mcp-servers/files", null]));
});

test("tools are given to MCP clients one by one, and one that is no longer installed can be taken back", async () => {
  const call = input("tool_call", "ANY", { do_not_wait: true });
  const tool = { name: "weather", description: "", input_schema: {} };
  const nodes = [
    definition("weather_tool", { title: "Weather", inputs: [call], tool, paid: true }),
    definition("text", { title: "Text" }),
  ];
  setLibrary({ nodes, connections: {} });
  backend = await startBackend({
    "GET /api/settings": { published_tools: ["gone_tool"] },
    "PATCH /api/settings": { published_tools: [] },
  });
  show(<PublishedTools />);
  expect(await screen.findByRole("switch", { name: "Weather" })).not.toBeChecked();
  expect(screen.queryByText("Text")).toBeNull();
  await userEvent.click(screen.getByRole("switch", { name: "Weather" }));
  await waitFor(() => expect(made()[0]?.[2]).toEqual({ published_tools: ["gone_tool", "weather_tool"] }));
  await userEvent.click(screen.getByRole("switch", { name: "gone_tool (not installed)" }));
  await waitFor(() => expect(made()[1]?.[2]).toEqual({ published_tools: [] }));
});

test("a key is bound to hosts beside its provider's own", async () => {
  backend = await startBackend({
    "GET /api/secrets": { secrets: [{ name: "openai", updated_at: 1, hosts: ["a.example"] }], bindings: {} },
    "PUT /api/secrets/openai/hosts": status(204),
  });
  show(<SecretsPanel />);
  await waitFor(() => expect(screen.getByText(/also to a\.example/)).toBeVisible());
  await userEvent.click(screen.getByRole("button", { name: "Hosts of openai" }));
  const form = within(screen.getByRole("form", { name: "Hosts of openai" }));
  await userEvent.type(form.getByRole("textbox", { name: "Hosts" }), ", http://127.0.0.1:11434/v1");
  await userEvent.click(form.getByRole("button", { name: "Save" }));
  const hosts = ["a.example", "127.0.0.1:11434"];
  await waitFor(() => expect(made()).toEqual([["PUT", "/api/secrets/openai/hosts", { hosts }]]));
});

test("keys from the environment are listed by provider, so that they can be bound as well", async () => {
  backend = await startBackend({
    "GET /api/secrets": { secrets: [], bindings: { ollama: ["127.0.0.1:11434"] } },
    "PUT /api/secrets/anthropic/hosts": status(204),
  });
  serverStore.setState({ info: { keys: { openai: null, anthropic: "environment" } } as never });
  show(<SecretsPanel />);
  const section = within(await screen.findByRole("region", { name: "Keys from elsewhere" }));
  expect(section.getByText("also to 127.0.0.1:11434")).toBeVisible();
  await userEvent.click(section.getByRole("button", { name: "Hosts of anthropic" }));
  await userEvent.type(section.getByRole("textbox", { name: "Hosts" }), "proxy.example{Enter}");
  const body = { hosts: ["proxy.example"] };
  await waitFor(() => expect(made()).toEqual([["PUT", "/api/secrets/anthropic/hosts", body]]));
});

test("a line that names an MCP server or a workflow offers those there are, but not the open one", async () => {
  const entry = (id: string, name: string) => ({ id, name, version: 1, updated_at: 1 });
  backend = await startBackend({
    "GET /api/mcp-servers": { servers: [server("notes", { url: "https://example.org/mcp" })] },
    "GET /api/workflows": { workflows: [entry("w1", "This one"), entry("w2", "Painter")] },
  });
  openEditor(
    documentWith({ nodes: { m: { type: "mcp_tools" }, w: { type: "workflow_tool" }, t: { type: "text" } } }),
  );
  const { container } = show(
    <>
      <WidgetControl node="m" widget={widget("server")} />
      <WidgetControl node="w" widget={widget("workflow")} />
      <WidgetControl node="t" widget={widget("value")} />
    </>,
  );
  const offered = () => [...container.querySelectorAll("option")].map((option) => option.value);
  await userEvent.click(screen.getByRole("textbox", { name: "server" }));
  await waitFor(() => expect(offered()).toEqual(["notes"]));
  await userEvent.click(screen.getByRole("textbox", { name: "workflow" }));
  await waitFor(() => expect(offered()).toEqual(["w2"]));
  await userEvent.click(screen.getByRole("textbox", { name: "value" }));
  expect(offered()).toEqual([]);
});

describe("hosts as a person writes them", () => {
  it("are parted by spaces and commas, once each, without the rest of an address", () => {
    expect(readHosts(" a.example, https://b.example:8443/v1?x  a.example;[::1]:80 ")).toEqual([
      "a.example",
      "b.example:8443",
      "[::1]:80",
    ]);
    expect(readHosts("  ")).toEqual([]);
  });
});

describe("the provider of a key", () => {
  const key = widget("api_key", { kind: "secret", provider: "openai", provider_widget: "provider" });
  const llm = definition("llm", { widgets: [widget("provider", { default: "openai" }), key] });
  it("is the one the node names, else the usual one", () => {
    expect(keyProvider({ type: "llm", values: { provider: " anthropic " } }, llm, key)).toBe("anthropic");
    expect(keyProvider({ type: "llm" }, llm, key)).toBe("openai");
    expect(keyProvider({ type: "llm", values: { provider: "" } }, llm, key)).toBe("openai");
    expect(nodeProvider({ type: "text" }, definition("text"))).toBeNull();
  });
});
