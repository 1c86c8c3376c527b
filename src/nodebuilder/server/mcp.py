"""`/mcp`: the door for MCP hosts, built when the first one knocks, since its library takes its time to load."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.types import Receive, Scope, Send

from nodebuilder.house import House
from nodebuilder.house.hosting import Hosting

if TYPE_CHECKING:
    from nodebuilder.interop.mcp.http import HttpDoor

PATH: Final = "/mcp"


class McpDoor:
    """Answers at `/mcp`; who may ask is checked by the guard."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._door: HttpDoor | None = None
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self._house.runs.check_open()
        door = await self._opened()
        headers = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
        await door({**scope, "headers": headers}, receive, send)

    async def _opened(self) -> HttpDoor:
        async with self._opening:
            if self._door is None:
                door = await asyncio.to_thread(_library)
                self._door = door(Hosting(self._house), max_body_bytes=self._house.settings.max_body_bytes)
        return self._door

    async def close(self) -> None:
        """End all sessions of hosts and all calls under way."""
        if self._door is not None:
            await self._door.close()


def _library() -> type[HttpDoor]:
    from nodebuilder.interop.mcp.http import HttpDoor

    return HttpDoor
