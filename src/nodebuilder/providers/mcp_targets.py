"""What is needed to reach an MCP server: its record with the keys in their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from nodebuilder.errors import InputError
from nodebuilder.providers.mcp_failures import missing_secret, unknown_server
from nodebuilder.settings import Settings
from nodebuilder.storage.mcp_servers import McpServer, McpServers
from nodebuilder.values import Secret


@dataclass(frozen=True, slots=True)
class McpLimits:
    """How long a server may take, how long it is kept unused (seconds), and how large an answer may be (bytes)."""

    connect_seconds: float
    call_seconds: float
    idle_seconds: float
    max_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the limits that the settings give."""
        return cls(
            settings.mcp_connect_seconds,
            settings.mcp_call_seconds,
            settings.mcp_idle_seconds,
            settings.max_answer_bytes,
        )


class Secrets(Protocol):
    """Finds a secret by its name."""

    async def get(self, name: str) -> Secret | None:
        """Return the secret of that name, or None."""
        ...


@dataclass(frozen=True, slots=True)
class McpTarget:
    """A server with its keys: `headers` for one at a URL, `environment` for a command. It never shows a key."""

    server: McpServer
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


async def find_target(name: str, servers: McpServers, secrets: Secrets) -> McpTarget:
    """Return how to reach the server that the person set up under `name`; nobody is contacted.

    Raises:
        InputError: there is no such server.
        NodeError: a secret that it needs is missing.
    """
    server = await servers.get(name)
    if server is None:
        raise await _unknown(name, servers)
    if server.command:
        keys = {name: (await _key(server, secret, secrets)).reveal() for name, secret in server.variables.items()}
        return McpTarget(server, environment=keys)
    if not server.secret:
        return McpTarget(server)
    key = (await _key(server, server.secret, secrets)).reveal()
    return McpTarget(server, headers={server.header: key} if server.header else {"Authorization": f"Bearer {key}"})


async def _unknown(name: str, servers: McpServers) -> InputError:
    return unknown_server(name, [server.name for server in await servers.all()])


async def _key(server: McpServer, secret: str, secrets: Secrets) -> Secret:
    found = await secrets.get(secret)
    if found is None:
        raise missing_secret(server.name, secret)
    return found
