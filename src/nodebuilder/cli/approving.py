"""Calls that wait for a person, in the terminal: asked there, or decided by `--approve` when nobody sits at it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Final, Literal

from rich.console import Console

from nodebuilder.events import ApprovalAsked, Event
from nodebuilder.house import House

Approve = Literal["ask", "all", "none"]
NOBODY: Final = "nobody is there to ask"
SHOWN: Final = 2000


class Approver:
    """Passes events on, and answers each question in turn."""

    def __init__(
        self,
        house: House,
        approve: Approve,
        console: Console,
        *,
        hear: Callable[[Event], None],
        aside: Callable[[], AbstractContextManager[object]],
        read: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        self._house = house
        self._approve = approve
        self._console = console
        self._hear = hear
        self._aside = aside
        self._read = read or (line_of_stdin if sys.stdin.isatty() else None)
        self._one = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, event: Event) -> None:
        """Take in an event of the run."""
        self._hear(event)
        if isinstance(event, ApprovalAsked):
            task = asyncio.create_task(self._answer(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, event: ApprovalAsked) -> None:
        approved, reason = self._approve == "all", "" if self._approve == "all" else NOBODY
        if self._approve == "ask" and self._read is not None:
            async with self._one:
                with self._aside():
                    approved, reason = await self._ask(event, self._read)
        await self._house.runs.decide(event.run_id, event.call_id, approved=approved, reason=reason)

    async def _ask(self, event: ApprovalAsked, read: Callable[[], Awaitable[str]]) -> tuple[bool, str]:
        clean = self._house.store.redactor.text
        arguments = clean(str(event.arguments))[:SHOWN]
        self._console.print(f"{event.node} wants to call {clean(event.name)} with {arguments}", markup=False)
        self._console.print("Allow it? y, or n and why: ", end="", markup=False)
        said = (await read()).strip()
        word, _, reason = said.partition(" ")
        return word.lower() in ("y", "yes"), reason.strip()


async def line_of_stdin() -> str:
    """Return the next line that is typed, without a thread that would outlive the program; empty at the end."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(sys.stdin, lambda: ready.done() or ready.set_result(None))
    except NotImplementedError:  # Windows watches no files
        return await asyncio.to_thread(sys.stdin.readline)
    try:
        await ready
    finally:
        loop.remove_reader(sys.stdin)
    return sys.stdin.readline()
