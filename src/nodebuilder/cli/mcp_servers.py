"""`nodebuilder mcp-servers`: the MCP servers whose tools workflows may use; commands can be set up here only."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from nodebuilder.cli.console import print_json, print_table, stderr
from nodebuilder.cli.data_folder import ask
from nodebuilder.cli.options import AsJson, DataDir
from nodebuilder.errors import SettingsError, StorageError
from nodebuilder.providers.mcp_client import McpToolServers
from nodebuilder.storage.mcp_servers import McpServer, McpServers
from nodebuilder.storage.store import Store
from nodebuilder.values import ToolDefinition

app = typer.Typer(no_args_is_help=True, help="Set up MCP servers, whose tools workflows can use.")
Name = Annotated[str, typer.Argument(help="The server's name, as the node MCP Tools holds it.")]
Command = Annotated[
    list[str] | None, typer.Argument(metavar="[-- COMMAND ARGS…]", help="What starts the server, after two dashes.")
]
Url = Annotated[str, typer.Option("--url", help="Where the server is, if it is not to be started.")]
SecretName = Annotated[str, typer.Option("--secret", help="The secret that is sent to the URL.")]
Header = Annotated[str, typer.Option("--header", help="The header it is sent in [Authorization: Bearer …].")]
Variables = Annotated[
    list[str] | None,
    typer.Option("--env", metavar="VARIABLE=SECRET", help="A variable of the command, and the secret it holds."),
]


@app.command("add")
def add(
    name: Name,
    command: Command = None,
    url: Url = "",
    secret: SecretName = "",
    header: Header = "",
    env: Variables = None,
    data_dir: DataDir = None,
) -> None:
    """Set up a server at a URL, or one that is started by a command in this folder; nothing is started yet."""
    words = command or []
    server = McpServer(
        name=name,
        url=url,
        secret=secret,
        header=header,
        command=words[0] if words else "",
        arguments=tuple(words[1:]),
        variables=dict(_variable(text) for text in env or ()),
        folder=str(Path.cwd()) if words else "",
    )

    async def keep(store: Store) -> list[str]:
        await McpServers(store.preferences).set(server)
        known = {known.name for known in await store.secrets.names()}
        return sorted({wanted for wanted in (secret, *server.variables.values()) if wanted} - known)

    for missing in ask(keep, data_dir):
        stderr.print(f"There is no secret called {missing} yet: `nodebuilder secrets set {missing}`.", markup=False)
    stderr.print(f"The MCP server {name} is set up; `nodebuilder mcp-servers test {name}` tries it.", markup=False)


@app.command("list")
def list_(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List the servers that are set up."""

    async def all_(store: Store) -> list[McpServer]:
        return await McpServers(store.preferences).all()

    found = ask(all_, data_dir)
    if as_json:
        print_json([server.as_json() for server in found])
    else:
        print_table(("Name", "Server", "Secrets"), [(each.name, _place(each), _secrets(each)) for each in found])


@app.command("rm")
def remove(name: Name, data_dir: DataDir = None) -> None:
    """Forget a server."""

    async def forget(store: Store) -> bool:
        return await McpServers(store.preferences).remove(name)

    if not ask(forget, data_dir):
        raise StorageError(
            f"There is no MCP server called {name}.",
            "`nodebuilder mcp-servers list` shows their names.",
            code="no_mcp_server",
        )
    stderr.print(f"The MCP server {name} is forgotten.", markup=False)


@app.command("test")
def try_(name: Name, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Start or contact a server, as a run would, and list its tools."""

    async def tools(store: Store) -> tuple[ToolDefinition, ...]:
        servers = McpServers(store.preferences)
        client = McpToolServers(servers, store.secrets, store.settings, store.redactor.text)
        try:
            return await client.tools(name)
        finally:
            await client.close()

    found = ask(tools, data_dir)
    if as_json:
        print_json(found)
        return
    print_table(("Tool", "What it does"), [(tool["name"], _sentence(tool["description"])) for tool in found])
    count = "1 tool" if len(found) == 1 else f"{len(found)} tools"
    stderr.print(f"The MCP server {name} answers: {count}.", markup=False)


def _variable(text: str) -> tuple[str, str]:
    variable, equals, secret = text.partition("=")
    if not equals or not secret:
        raise SettingsError(
            "--env names a variable and the secret that it holds.",
            "Write --env VARIABLE=SECRET.",
            code="bad_assignment",
        )
    return variable, secret


def _place(server: McpServer) -> str:
    return server.url or shlex.join((server.command, *server.arguments))


def _secrets(server: McpServer) -> str:
    return ", ".join(filter(None, (server.secret, *server.variables.values()))) or "-"


def _sentence(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:99] + "…"
