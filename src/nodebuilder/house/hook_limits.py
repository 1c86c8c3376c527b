"""How often a webhook may be called, and what its runs may spend in a day."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Final

from nodebuilder.engine.budget import OUTER, Purse

SECONDS: Final = 60.0
DAY: Final = 86_400.0
MOST_WAITING: Final = 100
"""So many senders may wait for results of one webhook; the others are answered at once."""


class Bucket:
    """Lets `per_minute` through in a minute, all of them at once if they come so; `clock` gives seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._left = float(per_minute)
        self._at = clock()

    def allow(self, per_minute: int) -> None:
        """Let another number through from now on."""
        if per_minute != self.per_minute:
            self.per_minute, self._left = per_minute, min(self._left, float(per_minute))

    def take(self) -> float:
        """Let one through and return 0, or return the seconds after which the next one may come."""
        now = self._clock()
        refill = max(0.0, now - self._at) * self.per_minute / SECONDS
        self._left, self._at = min(float(self.per_minute), self._left + refill), now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) * SECONDS / self.per_minute


class DayPurse:
    """The money of one day (UTC) of a webhook: all its runs spend from it, and stop where it is empty.

    `clock` gives seconds since 1970.
    """

    def __init__(self, spent_since: Callable[[float], Awaitable[float]], clock: Callable[[], float]) -> None:
        self._spent_since = spent_since
        self._clock = clock
        self._day = -1.0
        self._purse = Purse(None, span="hook")

    @property
    def seconds_left(self) -> float:
        """How long the day still lasts."""
        return DAY - self._clock() % DAY

    async def is_empty(self, cap: float) -> bool:
        """Say whether no more may be spent today under this cap (0: there is none)."""
        today = self._clock() // DAY * DAY
        if today != self._day:
            spent = await self._spent_since(today)
            self._day, self._purse = today, Purse(None, spent, span="hook")
        self._purse.cap = cap or None
        return cap > 0 and self._purse.spent >= cap

    @contextmanager
    def open(self) -> Generator[None]:
        """Let the run that is begun within spend from it; without a cap it only counts, should one come later."""
        token = OUTER.set(self._purse)
        try:
            yield
        finally:
            OUTER.reset(token)


class HookLimits:
    """What limits one webhook: `turn` lets one delivery be taken at a time."""

    def __init__(self, bucket: Bucket, purse: DayPurse) -> None:
        self.bucket = bucket
        self.purse = purse
        self.turn = asyncio.Lock()
        self._waiting = 0

    @property
    def crowded(self) -> bool:
        """Whether as many wait for results as may."""
        return self._waiting >= MOST_WAITING

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Count one who waits."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
