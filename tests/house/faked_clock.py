"""A clock that moves when it is told to, and only then."""

from __future__ import annotations

import asyncio
from datetime import datetime


def ms(text: str) -> int:
    """The milliseconds since 1970 of an ISO time."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


class FakedClock:
    """What `Clock` asks for: whoever waits is woken by every move, and `settled` when all wait again."""

    def __init__(self, begin: str | int) -> None:
        self._now = begin if isinstance(begin, int) else ms(begin)
        self._changed: asyncio.Event | None = None
        self._rests = asyncio.Event()

    def now(self) -> int:
        return self._now

    async def wait(self, until: int | None, changed: asyncio.Event) -> None:
        self._changed = changed
        if until is not None and until <= self._now and not changed.is_set():
            return
        if not changed.is_set():
            self._rests.set()
        await changed.wait()
        self._rests.clear()
        changed.clear()

    async def settled(self, *, again: bool = False) -> None:
        """Wait until all that is due has been dealt with; `again`: something is about to wake whoever waits."""
        if again:
            self._rests.clear()
        await self._rests.wait()

    async def to(self, moment: str | int) -> None:
        """Set the clock, and wait until all that is due then has been dealt with."""
        await self.settled()
        self._now = moment if isinstance(moment, int) else ms(moment)
        self._wake()
        await self.settled()

    def leap(self, milliseconds: int) -> None:
        """Set the clock while nobody goes by it."""
        self._now += milliseconds
        self._rests.clear()

    async def on(self, *, seconds: float) -> None:
        """Let time pass in one leap."""
        await self.to(self._now + round(seconds * 1000))

    def _wake(self) -> None:
        assert self._changed is not None
        self._rests.clear()
        self._changed.set()
