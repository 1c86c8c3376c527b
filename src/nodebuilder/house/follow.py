"""Following a run at one's own pace: from any event on, across the border between history and the running run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from nodebuilder.house.feed import Feed, WireEvent

BATCH: Final = 200
EventReader = Callable[[str, int, int], Awaitable[Sequence[WireEvent]]]
"""Reads from the history: the run's id, after which event, and how many at most."""


class Follower:
    """One reader of one run; it holds a number, not events, so a slow reader costs nothing."""

    def __init__(self, run_id: str, after: int, feed: Feed | None, read: EventReader, wake: asyncio.Event) -> None:
        self.run_id = run_id
        self.seq = max(0, after)
        self._feed = feed
        self._read = read
        self._wake = wake
        if feed is not None:
            feed.add_reader(wake)

    @property
    def behind(self) -> int:
        """How many events of a running run this reader has not had yet."""
        return self._feed.last_seq - self.seq if self._feed is not None else 0

    @property
    def ended(self) -> bool:
        """Whether nothing will follow what has been read."""
        return self._feed is None or (self._feed.ended and self.behind <= 0)

    async def read(self) -> Sequence[WireEvent]:
        """Return the next events, as many as there are up to a limit, without waiting for more."""
        held = self._feed.since(self.seq, BATCH) if self._feed is not None else None
        events = held if held is not None else await self._read(self.run_id, self.seq, BATCH)
        if events:
            self.seq = events[-1].seq
        return events

    async def wait(self) -> None:
        """Wait until there may be more."""
        await self._wake.wait()
        self._wake.clear()

    def skip_to(self, seq: int) -> None:
        """Go on after event number `seq`."""
        self.seq = seq

    def close(self) -> None:
        """Stop following."""
        if self._feed is not None:
            self._feed.remove_reader(self._wake)
