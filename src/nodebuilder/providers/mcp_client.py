"""`ToolServers` for MCP: the servers that the person set up, each connected to when it is first needed, and kept.

A workflow holds the name of a server only. The `mcp` library is imported on first use, in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from nodebuilder.errors import NodeError
from nodebuilder.providers.mcp_failures import NotSentError, broken
from nodebuilder.providers.mcp_targets import McpLimits, Secrets, find_target
from nodebuilder.providers.tool_servers import Progress, ToolAnswer
from nodebuilder.settings import Settings
from nodebuilder.storage.mcp_servers import McpServers
from nodebuilder.values import ToolDefinition

if TYPE_CHECKING:
    from nodebuilder.providers.mcp_connection import Connection

Result = TypeVar("Result")


class McpToolServers:
    """Keeps one connection to each server that is used; call `close` at the end."""

    def __init__(self, servers: McpServers, secrets: Secrets, settings: Settings, redact: Callable[[str], str]) -> None:
        self._servers = servers
        self._secrets = secrets
        self._limits = McpLimits.of(settings)
        self._redact = redact
        self._kept: dict[str, Connection] = {}
        self._ending: set[Connection] = set()

    async def tools(self, server: str) -> tuple[ToolDefinition, ...]:
        """Return what a model is to be told of each tool of a server (see `ToolServers.tools`)."""
        return await self._with(server, "tools/list", lambda connection: connection.tools())

    async def call(self, server: str, tool: str, arguments: Mapping[str, Any], *, progress: Progress) -> ToolAnswer:
        """Call a tool once and return what it gave (see `ToolServers.call`)."""
        return await self._with(server, tool, lambda connection: connection.call(tool, arguments, progress))

    async def close(self) -> None:
        """End all connections, and the commands behind them."""
        for connection in self._kept.values():
            self._end(connection)
        self._kept.clear()
        await asyncio.gather(*(connection.gone() for connection in tuple(self._ending)))

    async def _with(self, server: str, what: str, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Do `work` with a connection, and once more with another if the first broke before anything was sent."""
        connect = await asyncio.to_thread(_connection_type)
        for _ in range(2):
            connection = await self._connection(server, connect)
            try:
                return await work(connection)
            except NotSentError:
                self._end(connection)
            except NodeError:
                if not connection.usable:
                    self._end(connection)
                raise
        raise broken(server, what, "twice, before anything was sent")

    async def _connection(self, name: str, connect: type[Connection]) -> Connection:
        """Return the kept connection, or a new one where there is none, or its server was set up anew."""
        target = await find_target(name, self._servers, self._secrets)
        kept = self._kept.get(name)
        if kept is not None and kept.usable and kept.target == target:
            return kept
        if kept is not None:
            self._end(kept)
        self._kept[name] = opened = connect(target, self._limits, self._redact)
        return opened

    def _end(self, connection: Connection) -> None:
        self._ending.add(connection)
        connection.when_gone(self._ending.discard)
        connection.end()


@cache
def _connection_type() -> type[Connection]:
    from nodebuilder.providers.mcp_connection import Connection

    return Connection
