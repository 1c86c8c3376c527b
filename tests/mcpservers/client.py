"""A client over servers that are set up for a test, and what it counts of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nodebuilder.providers.mcp_client import McpToolServers
from nodebuilder.providers.tool_servers import ToolAnswer
from nodebuilder.settings import load_settings
from nodebuilder.storage.mcp_servers import McpServer, McpServers
from nodebuilder.storage.store import Store


@dataclass
class Desk:
    """Sets servers up, asks them, and notes what they say of their progress."""

    store: Store
    servers: McpServers
    client: McpToolServers
    counts: Path
    progress: list[tuple[float | None, str]] = field(default_factory=list)

    async def set_up(self, server: McpServer) -> None:
        """Set a server up; a command counts its starts, lists and calls."""
        if server.command and "COUNTS" not in server.variables:
            await self.store.secrets.set("counts", str(self.counts))
            server = replace(server, variables={**server.variables, "COUNTS": "counts"})
        await self.servers.set(server)

    async def names(self, server: str) -> list[str]:
        return [tool["name"] for tool in await self.client.tools(server)]

    async def call(self, server: str, tool: str, **arguments: Any) -> ToolAnswer:
        return await self.client.call(server, tool, arguments, progress=lambda *told: self.progress.append(told))

    async def text(self, server: str, tool: str, **arguments: Any) -> str:
        (part,) = (await self.call(server, tool, **arguments)).parts
        return part.text  # type: ignore[union-attr]  # the tool gives one text

    def count(self, what: str) -> int:
        """How often a raw server was started, listed or called."""
        path = self.counts / what
        return len(path.read_text().splitlines()) if path.exists() else 0


@asynccontextmanager
async def open_desk(folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    """Open a desk in `folder`."""
    chosen = load_settings(data_dir=folder / "data", key_file=folder / "secret.key", **settings)
    store = await Store.open(chosen, exclusive=False)
    servers = McpServers(store.preferences)
    counts = folder / "counts"
    counts.mkdir()
    client = McpToolServers(servers, store.secrets, chosen, store.redactor.text)
    try:
        yield Desk(store, servers, client, counts)
    finally:
        await client.close()
        await store.close()


def alive(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    while not true():  # noqa: ASYNC110 - it happens in another process
        await asyncio.sleep(0.01)
