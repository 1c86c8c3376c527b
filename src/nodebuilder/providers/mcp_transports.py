"""The two ways to an MCP server: a command of the person's, which is started, and a URL.

Imported on first use: it needs the `mcp` library.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, Final, cast

import anyio
import httpx2
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from nodebuilder.providers.mcp_targets import McpTarget

CONNECT_SECONDS: Final = 30.0
LAST_WORDS_SECONDS: Final = 0.5
_LINE_BYTES: Final = 4096
_LAST_LINES: Final = 3
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Wire:
    """What was seen on the way to a server: the last refusal's status, the last lines of a command's stderr."""

    redact: Callable[[str], str]
    status: int = 0
    too_large: bool = False
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_LINES))


@asynccontextmanager
async def stdio_transport(target: McpTarget, wire: Wire, ended: Callable[[], None]) -> AsyncGenerator[Any]:
    """Start the command, with an environment that holds none of our keys, and connect to it; end it at the end.

    `ended` is called as soon as the command closes its output. Its stderr goes to our log, at level debug.
    """
    server = target.server
    reading, writing = os.pipe()
    listener = Thread(target=_listen, args=(reading, server.name, wire), name=f"mcp {server.name}", daemon=True)
    listener.start()
    parameters = StdioServerParameters(
        command=server.command,
        args=list(server.arguments),
        env=dict(target.environment),
        cwd=server.folder or None,
        encoding_error_handler="replace",
    )
    send, receive = anyio.create_memory_object_stream[Any](0)

    async def forward(read: AsyncIterator[Any]) -> None:
        async with send:
            async for message in read:
                if isinstance(message, Exception):
                    log.debug("The MCP server %s printed a line that is no message", server.name)
                else:
                    await send.send(message)
            ended()

    try:
        with os.fdopen(writing, "w") as errors:
            async with stdio_client(parameters, errors) as (read, write), anyio.create_task_group() as group:
                errors.close()
                group.start_soon(forward, cast("AsyncIterator[Any]", read))
                yield receive, write
                group.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):  # its last words are part of what is told
            await anyio.to_thread.run_sync(listener.join, LAST_WORDS_SECONDS)


def _listen(reading: int, name: str, wire: Wire) -> None:
    """Read a command's stderr to its end, in a thread of its own."""
    with os.fdopen(reading, "rb") as lines:
        while line := lines.readline(_LINE_BYTES):
            text = wire.redact(line.decode("utf-8", "replace").strip())
            if text:
                wire.said.append(text)
                log.debug("MCP server %s: %s", name, text)


@asynccontextmanager
async def http_transport(target: McpTarget, wire: Wire, max_bytes: int) -> AsyncGenerator[Any]:
    """Connect to the URL, and to no other origin; answers and single events of a stream up to `max_bytes` are read."""
    client = httpx2.AsyncClient(
        transport=_Counting(wire, max_bytes),
        headers={"accept-encoding": "identity", **target.headers},
        timeout=httpx2.Timeout(CONNECT_SECONDS, read=None),
        trust_env=False,
    )
    async with (
        client,
        streamable_http_client(target.server.url, http_client=client, max_sse_event_size=max_bytes) as streams,
    ):
        yield streams


class _Counting(httpx2.AsyncHTTPTransport):
    """Notes refusals and breaks off an answer that is too large, or packed so that nobody knows how large it is."""

    def __init__(self, wire: Wire, max_bytes: int) -> None:
        super().__init__(trust_env=False)
        self._wire = wire
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request."""
        response = await super().handle_async_request(request)
        self._wire.status = response.status_code
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            await response.aclose()
            raise httpx2.ReadError("the answer is packed, though that was not asked for")
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            response.stream = _Counted(cast("httpx2.AsyncByteStream", response.stream), self._wire, self._max_bytes)
        return response


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, wire: Wire, left: int) -> None:
        self._stream = stream
        self._wire = wire
        self._left = left

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._left -= len(chunk)
            if self._left < 0:
                self._wire.too_large = True
                raise httpx2.ReadError("the answer is too large")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
