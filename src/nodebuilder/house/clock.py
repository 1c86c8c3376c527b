"""The clock that schedules go by: the wall clock, which may be set, and which goes on while the machine sleeps."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Final, Protocol

LOOK_SECONDS: Final = 20.0
"""So often the wall clock is looked at: a wait does not notice by itself that it was set, or that the machine slept."""


class Clock(Protocol):
    """Tells the time and waits for it."""

    def now(self) -> int:
        """Return the milliseconds since 1970."""
        ...

    async def wait(self, until: int | None, changed: asyncio.Event) -> None:
        """Wait until that moment, or until `changed` is set; it may return earlier, and clears `changed`."""
        ...


class WallClock:
    """The clock of the machine."""

    def now(self) -> int:
        """Return the milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    async def wait(self, until: int | None, changed: asyncio.Event) -> None:
        """Wait until that moment or until `changed` is set, but no longer than 20 seconds."""
        left = LOOK_SECONDS if until is None else min(max(until - self.now(), 0) / 1000, LOOK_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), left)
        changed.clear()
