"""The protocol over HTTP: one address, with sessions for hosts that know them."""

from __future__ import annotations

import asyncio
from typing import Final

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import Receive, Scope, Send

from nodebuilder.interop.mcp.catalogue import Behind
from nodebuilder.interop.mcp.server import Host

MAX_SESSIONS: Final = 1000
SESSION: Final = b"mcp-session-id"


class HttpDoor:
    """Answers requests while it is open; who may ask is checked before they come here."""

    def __init__(self, behind: Behind, *, max_body_bytes: int) -> None:
        self._host = Host(behind)
        self._manager = StreamableHTTPSessionManager(
            app=self._host.server,
            security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            max_request_body_size=max_body_bytes,
            max_sessions=MAX_SESSIONS,
        )
        self._opened = asyncio.Event()
        self._closing = asyncio.Event()
        self._task = asyncio.create_task(self._hold())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._opened.wait()
        key = next((value.decode("latin-1") for name, value in scope["headers"] if name == SESSION), "")
        if scope["method"] == "GET":
            async with self._host.sessions.streaming(key):
                await self._manager.handle_request(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)
        if scope["method"] == "DELETE":
            self._host.sessions.forget(key)

    async def close(self) -> None:
        """End all sessions, streams and calls."""
        self._closing.set()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _hold(self) -> None:
        """Keep the sessions open in one task, as their library wants it."""
        async with self._manager.run(), self._host.sessions.watching():
            self._opened.set()
            await self._closing.wait()
            await self._host.rounds.close()
