"""One kept connection to an MCP server, opened and closed in a task of its own, as sessions of the SDK must be.

Imported on first use: it needs the `mcp` library.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import anyio
import mcp_types as types
from httpx2 import ConnectError, ConnectTimeout
from mcp import Client
from mcp.client.session import IncomingMessage
from mcp.shared.dispatcher import ProgressFnT
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from nodebuilder import __version__
from nodebuilder.providers import mcp_failures as failures
from nodebuilder.providers.mcp_failures import NotSentError
from nodebuilder.providers.mcp_parts import read_answer, read_tool
from nodebuilder.providers.mcp_targets import McpLimits, McpTarget
from nodebuilder.providers.mcp_transports import Wire, http_transport, stdio_transport
from nodebuilder.providers.tool_servers import Progress, ToolAnswer
from nodebuilder.values import ToolDefinition

MOST_TOOLS: Final = 1000
MOST_PAGES: Final = 100
_FORGOTTEN: Final = "Session terminated"
"""What the SDK says when a server does not know the session any more: it has refused the request unseen."""

_STATUS_ONLY: Final = "Server returned an error response"
"""What the SDK says of a status from 400 on without an error of the protocol."""

for _name in ("mcp.client", "client", "httpx2"):  # they tell in many lines what we tell in one, and quote servers
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class Connection:
    """A connection that lives until it breaks, is ended, or was not used for a while.

    Attributes:
        target: what it is connected to.
        usable: whether requests may be made with it, now or once it is `ready`.
    """

    def __init__(self, target: McpTarget, limits: McpLimits, redact: Callable[[str], str]) -> None:
        self.target = target
        self.usable = True
        self._limits = limits
        self._wire = Wire(redact)
        self._client: Client | None = None
        self._failure: Exception | None = None
        self._ready = asyncio.Event()
        self._ending = asyncio.Event()
        self._scope = anyio.CancelScope()
        self._at_work = 0
        self._uses = 0
        self._tools: tuple[ToolDefinition, ...] | None = None
        self._announced = False
        self._changes = 0
        self._task = asyncio.create_task(self._live())

    @property
    def name(self) -> str:
        """The name of the server."""
        return self.target.server.name

    def end(self) -> None:
        """Let the connection end; a command of the person's is ended with it."""
        self.usable = False
        self._ending.set()
        if not self._ready.is_set():
            self._scope.cancel()

    def when_gone(self, then: Callable[[Connection], object]) -> None:
        """Call `then` once it has ended."""
        self._task.add_done_callback(lambda _: then(self))

    async def gone(self) -> None:
        """Wait until it has ended."""
        await asyncio.wait({self._task})

    async def tools(self) -> tuple[ToolDefinition, ...]:
        """Return the tools; the list is kept for as long as the server announces its changes.

        Raises:
            NodeError: the server refuses to say.
            NotSentError: the connection broke.
        """
        async with self._in_use() as client:
            if self._announced and self._tools is not None:
                return self._tools
            changes = self._changes
            try:
                found = await self._list(client)
            except MCPError as error:
                if error.code == types.CONNECTION_CLOSED or error.message == _FORGOTTEN:
                    raise NotSentError from error
                if error.code == types.REQUEST_TIMEOUT:
                    raise failures.too_slow(self.name, self._limits.connect_seconds) from error
                raise failures.refused(self.name, self._wire.redact(error.message)) from error
            except (ValidationError, RuntimeError) as error:
                raise failures.refused(self.name, "its list of tools is not as MCP has it") from error
            if changes == self._changes:
                self._tools = found
            return found

    async def call(self, tool: str, arguments: Mapping[str, Any], progress: Progress) -> ToolAnswer:
        """Call a tool once.

        Raises:
            NodeError: no usable answer came (see `ToolServers.call`).
            NotSentError: the request did not reach the server.
        """

        async with self._in_use() as client:
            alone, seconds = self._at_work == 1, self._limits.call_seconds
            try:
                return read_answer(await client.call_tool(tool, dict(arguments), seconds, self._telling(progress)))
            except MCPError as error:
                if error.message == _FORGOTTEN:
                    raise NotSentError from error
                if error.code == types.REQUEST_TIMEOUT:
                    raise failures.timed_out(self.name, tool, seconds) from error
                if error.code != types.CONNECTION_CLOSED:
                    raise self._refused(tool, error) from error
            except (ValidationError, RuntimeError) as error:
                why = self._wire.redact(str(error).splitlines()[0] if str(error) else type(error).__name__)
                raise failures.bad_answer(self.name, tool, why) from error
        raise await self._broken(tool, alone=alone)

    def _telling(self, tell: Progress) -> ProgressFnT:
        async def told(progress: float, total: float | None, message: str | None) -> None:
            tell(min(1.0, max(0.0, progress / total)) if total else None, self._wire.redact(message or ""))

        return told

    def _refused(self, tool: str, error: MCPError) -> Exception:
        if error.message != _STATUS_ONLY:
            return failures.refused(self.name, self._wire.redact(error.message))
        if self._wire.status in (401, 403):
            return failures.key_refused(self.name, self._wire.status, self.target.server.secret)
        return failures.broken(self.name, tool, f"status {self._wire.status}")

    async def _broken(self, tool: str, *, alone: bool) -> Exception:
        """Return what to say of a call during which the connection ended: the connection itself knows why."""
        self.end()
        await self.gone()
        if alone and isinstance(self._failure, ConnectError | ConnectTimeout):
            return NotSentError()
        if self._wire.too_large:
            return failures.bad_answer(self.name, tool, "it is too large")
        return failures.broken(self.name, tool, self._why())

    async def _list(self, client: Client) -> tuple[ToolDefinition, ...]:
        found: list[ToolDefinition] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = await client.list_tools(cursor=cursor)
            found += [read_tool(tool) for tool in page.tools]
            cursor = page.next_cursor
            if cursor is None or len(found) >= MOST_TOOLS:
                break
        return tuple(found[:MOST_TOOLS])

    @asynccontextmanager
    async def _in_use(self) -> AsyncGenerator[Client]:
        """Wait until the server is ready, and keep the connection from ending as unused meanwhile."""
        self._at_work += 1
        self._uses += 1
        try:
            await self._ready.wait()
            if self._client is None:
                raise self._unreachable()
            if not self.usable:
                raise NotSentError
            yield self._client
        finally:
            self._at_work -= 1

    def _unreachable(self) -> Exception:
        if self._ending.is_set() and self._failure is None:
            return NotSentError()
        if self._scope.cancelled_caught:
            return failures.too_slow(self.name, self._limits.connect_seconds)
        if self._wire.status in (401, 403):
            return failures.key_refused(self.name, self._wire.status, self.target.server.secret)
        return failures.unreachable(self.name, self._why())

    def _why(self) -> str:
        said = f", and said: {' / '.join(self._wire.said)}" if self._wire.said else ""
        if self.target.server.command and not isinstance(self._failure, OSError):
            return f"its command ended{said}"
        if self._wire.status >= 400:
            return f"it answered with status {self._wire.status}"
        if isinstance(self._failure, OSError) and self._failure.strerror:
            return f"{self._failure.filename or self.name}: {self._failure.strerror}"
        return self._wire.redact(str(self._failure) if self._failure else "it closed the connection")

    def _lost(self) -> None:
        self.usable = False
        self._ending.set()

    async def _live(self) -> None:
        server = self.target.server
        self._scope.deadline = anyio.current_time() + self._limits.connect_seconds
        try:
            with self._scope:
                transport = (
                    stdio_transport(self.target, self._wire, self._lost)
                    if server.command
                    else http_transport(self.target, self._wire, self._limits.max_bytes)
                )
                async with Client(
                    transport,
                    read_timeout_seconds=self._limits.connect_seconds,
                    message_handler=self._heard,
                    client_info=types.Implementation(name="nodebuilder", version=__version__),
                    cache=None,
                ) as client:
                    await self._serve(client)
        except Exception as error:  # noqa: BLE001 - whatever ended it is told to those who ask for something
            self._failure = _first(error)
        finally:
            self.usable = False
            self._ready.set()

    async def _serve(self, client: Client) -> None:
        modern = client.protocol_version in MODERN_PROTOCOL_VERSIONS
        announces = bool(client.server_capabilities.tools and client.server_capabilities.tools.list_changed)
        self._announced = announces and not modern and bool(self.target.server.command)
        self._scope.deadline = math.inf
        self._client = client
        async with anyio.create_task_group() as group:
            if announces and modern:
                group.start_soon(self._follow, client)
            self._ready.set()
            await self._idle()
            self.usable = False
            group.cancel_scope.cancel()

    async def _idle(self) -> None:
        """Wait until the connection is to end, or nobody has used it for a while."""
        while not self._ending.is_set():
            before = self._uses
            with anyio.move_on_after(self._limits.idle_seconds):
                await self._ending.wait()
            if not self._at_work and before == self._uses:
                return

    async def _follow(self, client: Client) -> None:
        """Follow what a server of the newer protocol says of its list; without that, the list is asked for anew."""
        try:
            async with client.listen(tools_list_changed=True) as subscription:
                self._announced = bool(subscription.honored.tools_list_changed)
                self._forget()
                async for _ in subscription:
                    self._forget()
        except (MCPError, RuntimeError, TimeoutError) as error:
            logging.getLogger(__name__).debug("The MCP server %s no longer tells of changes: %s", self.name, error)
        finally:
            self._announced = False

    async def _heard(self, message: IncomingMessage) -> None:
        if isinstance(message, types.ToolListChangedNotification):
            self._forget()

    def _forget(self) -> None:
        self._changes += 1
        self._tools = None


def _first(error: Exception) -> Exception:
    """Return the first real error in a group of groups."""
    found = error
    while isinstance(found, ExceptionGroup):
        found = cast("ExceptionGroup[Exception]", found).exceptions[0]
    return found
