"""`/mcp`: the door for MCP hosts, built when the first one knocks, since its library takes its time to load."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from nodebuilder.house import House
from nodebuilder.house.hosting import Hosting

PATH: Final = "/mcp"
_DOOR: Final = "nodebuilder.interop.mcp.http"


class McpDoor:
    """Answers at `/mcp`; who may ask is checked by the guard."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._door: Any = None
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self._house.runs.check_open()
        async with self._opening:
            if self._door is None:
                library = await asyncio.to_thread(import_module, _DOOR)
                limit = self._house.settings.max_body_bytes
                self._door = library.HttpDoor(Hosting(self._house), max_body_bytes=limit)
        headers = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
        await self._door({**scope, "headers": headers}, receive, send)

    async def close(self) -> None:
        """End all sessions of hosts and all calls under way."""
        if self._door is not None:
            await self._door.close()
