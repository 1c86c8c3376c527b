"""What a run tells while it goes on, as the notifications of MCP: progress that only grows, and lines of the log."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Callable, Collection
from typing import Any, Final, Protocol

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPDeprecationWarning
from mcp_types import LoggingLevel

from nodebuilder.events import (
    CallDelayed,
    Event,
    Level,
    NodeFailed,
    NodeFinished,
    NodeLogged,
    NodeProgressed,
    TextStreamed,
)

TOTAL: Final = 100.0
TEXT_SECONDS: Final = 0.25
"""How often streamed text is passed on, at most."""
SEVERITIES: Final[tuple[LoggingLevel, ...]] = (
    "debug",
    "info",
    "notice",
    "warning",
    "error",
    "critical",
    "alert",
    "emergency",
)
_LEVELS: Final[dict[Level, LoggingLevel]] = {"debug": "debug", "info": "info", "warning": "warning", "error": "error"}
_A_BIT: Final = 0.001
Context = ServerRequestContext[Any, Any]


class Caller(Protocol):
    """Whose request is to be answered now; it changes from round to round."""

    @property
    def context(self) -> Context:
        """The request."""
        ...


class Telling:
    """Hears the events of one run and passes them on to the host that called; the host never slows the run."""

    def __init__(self, caller: Caller, nodes: Collection[str], clean: Callable[[str], str], level: str) -> None:
        self._caller = caller
        self._nodes = nodes
        self._clean = clean
        self._least = SEVERITIES.index(level) if level in SEVERITIES else SEVERITIES.index("info")
        self._done: dict[str, float] = {}
        self._last = -1.0
        self._text = ""
        self._text_at = 0.0
        self._waiting: asyncio.Queue[tuple[str, Any, Any]] = asyncio.Queue()
        self._sender = asyncio.create_task(self._send())

    def hear(self, event: Event) -> None:
        """Take in an event; never waits."""
        match event:
            case NodeProgressed(node=node, fraction=fraction, message=message):
                self._reach(node, fraction if fraction is not None else self._done.get(node, 0.0), message)
            case NodeFinished(node=node) | NodeFailed(node=node):
                self._reach(node, 1.0, "")
            case CallDelayed(reason=reason, seconds=seconds):
                self._progress(self._last, f"{reason} ({seconds:.0f} s)")
            case TextStreamed(text=text):
                self._stream(text)
            case NodeLogged(level=level, message=message, node=node):
                if SEVERITIES.index(_LEVELS[level]) >= self._least:
                    self._waiting.put_nowait(("log", _LEVELS[level], (self._clean(message), node)))
            case _:
                return

    async def end(self) -> None:
        """Send what is left, and stop."""
        self._flush()
        self._waiting.put_nowait(("end", None, None))
        await self._sender

    def _reach(self, node: str, fraction: float, message: str) -> None:
        if node not in self._nodes:
            return
        self._done[node] = max(0.0, min(1.0, fraction))
        self._progress(TOTAL * sum(self._done.values()) / max(1, len(self._nodes)), message)

    def _progress(self, reached: float, message: str) -> None:
        if reached <= self._last:
            reached = max(0.0, self._last + _A_BIT) if message else self._last
        reached = round(min(reached, TOTAL), 3)
        if reached <= self._last:
            return
        self._last = reached
        self._waiting.put_nowait(("progress", reached, self._clean(message) or None))

    def _stream(self, text: str) -> None:
        self._text += text
        if time.monotonic() - self._text_at >= TEXT_SECONDS:
            self._flush()

    def _flush(self) -> None:
        if self._text:
            self._progress(max(self._last, 0.0), self._text)
        self._text, self._text_at = "", time.monotonic()

    async def _send(self) -> None:
        while True:
            kind, what, more = await self._waiting.get()
            if kind == "end":
                return
            if kind == "progress":
                await self._caller.context.session.report_progress(what, TOTAL, more)
            else:
                await log(self._caller.context, what, *more)


async def log(context: Context, level: LoggingLevel, text: str, logger: str) -> None:
    """Send a line of the log; the SDK drops it where the host does not want it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MCPDeprecationWarning)
        send = context.session.send_log_message  # pyright: ignore[reportDeprecated] - older hosts have no other log
        await send(level, text, logger, context.request_id)
