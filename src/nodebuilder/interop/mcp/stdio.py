"""The protocol over standard input and output: answered here, or passed on to the server that has the data folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx2
from mcp.client.streamable_http import streamable_http_client
from mcp.server.stdio import stdio_server
from mcp.shared.message import ClientMessageMetadata, SessionMessage
from mcp_types import PROTOCOL_VERSION_META_KEY, JSONRPCRequest

from nodebuilder.interop.mcp.catalogue import Behind
from nodebuilder.interop.mcp.server import Host
from nodebuilder.values import as_mapping

MAX_EVENT_BYTES: Final = 64 * 1024 * 1024
CALL_SECONDS: Final = 6 * 3600.0


async def serve_stdio(behind: Behind) -> None:
    """Answer a host on standard input and output until it hangs up."""
    host = Host(behind)
    async with stdio_server() as (incoming, outgoing), host.sessions.watching():
        try:
            await host.server.run(incoming, outgoing, host.server.create_initialization_options())
        finally:
            await host.rounds.close()


async def forward_stdio(url: str, token: str = "") -> None:
    """Pass a host's messages on to the server at `url`, and its answers back, until either hangs up."""
    async with (
        _client(token) as http,
        stdio_server() as (incoming, outgoing),
        streamable_http_client(url, http_client=http, max_sse_event_size=MAX_EVENT_BYTES) as (answers, requests),
    ):
        there = asyncio.create_task(_pass(incoming, requests, stamped=True))
        back = asyncio.create_task(_pass(answers, outgoing))
        try:
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            there.cancel()
            back.cancel()
            await asyncio.gather(there, back, return_exceptions=True)


async def _pass(source: Any, target: Any, *, stamped: bool = False) -> None:
    async for message in source:
        if isinstance(message, SessionMessage):
            await target.send(_stamp(message) if stamped else message)


def _stamp(message: SessionMessage) -> SessionMessage:
    """Return a message with the headers that HTTP wants beside it since 2026-07-28."""
    request = message.message
    if not isinstance(request, JSONRPCRequest):
        return message
    params = request.params or {}
    version = (as_mapping(params.get("_meta")) or {}).get(PROTOCOL_VERSION_META_KEY)
    if not isinstance(version, str):
        return message
    headers = {"mcp-protocol-version": version, "mcp-method": request.method}
    name = params.get("name") or params.get("uri")
    if isinstance(name, str) and request.method in ("tools/call", "prompts/get", "resources/read"):
        headers["mcp-name"] = name
    return SessionMessage(request, ClientMessageMetadata(headers=headers))


@asynccontextmanager
async def _client(token: str) -> AsyncGenerator[httpx2.AsyncClient]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    timeout = httpx2.Timeout(30.0, read=CALL_SECONDS)
    async with httpx2.AsyncClient(headers=headers, timeout=timeout, trust_env=False) as client:
        yield client
