"""The events of one run as they come: readers follow at their own pace, and nobody waits for anybody."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

KEPT: Final = 4000
"""Events of a running run that are held in memory; older ones are read from the history."""


class WireEvent:
    """An event as it goes over the wire; its JSON is written once, for all readers."""

    __slots__ = ("_text", "body", "kind", "seq")

    def __init__(self, body: Mapping[str, Any], text: str = "") -> None:
        self.body = body
        self.seq = int(body["seq"])
        self.kind = str(body["kind"])
        self._text = text

    @property
    def text(self) -> str:
        """The event as JSON."""
        if not self._text:
            self._text = encode(self.body)
        return self._text


def encode(value: Any) -> str:
    """Return `value` as JSON that any reader takes: what UTF-8 cannot hold is escaped, what JSON lacks is null."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(value, default=str)


class Feed:
    """The newest events of a running run, and whom to wake when there are more."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.ended = False
        self._events: deque[WireEvent] = deque(maxlen=KEPT)
        self._readers: set[asyncio.Event] = set()

    @property
    def last_seq(self) -> int:
        """The number of the newest event, or 0."""
        return self._events[-1].seq if self._events else 0

    def add(self, event: WireEvent) -> None:
        """Add the next event and wake all readers; never waits."""
        self._events.append(event)
        self._wake()

    def close(self) -> None:
        """Tell all readers that nothing will follow."""
        self.ended = True
        self._wake()

    def since(self, after: int, most: int = KEPT) -> Sequence[WireEvent] | None:
        """Return up to `most` events after number `after`, or None when the first of them is held no more."""
        if not self._events or after >= self.last_seq:
            return ()
        first = self._events[0].seq
        if after + 1 < first:
            return None
        begin = after + 1 - first
        return [self._events[place] for place in range(begin, min(begin + most, len(self._events)))]

    def add_reader(self, reader: asyncio.Event) -> None:
        """Wake `reader` for every event from now on."""
        self._readers.add(reader)

    def remove_reader(self, reader: asyncio.Event) -> None:
        """Leave `reader` alone from now on."""
        self._readers.discard(reader)

    def _wake(self) -> None:
        for reader in self._readers:
            reader.set()
