"""Writes down a run: numbers its events, hands them to the listener, and gathers what the result will say."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from time import time
from typing import Any, Final

from nodebuilder.engine.hiding import hidden
from nodebuilder.errors import Charged, NodeBuilderError, NodeError
from nodebuilder.events import (
    CostAdded,
    Displayed,
    Event,
    NodeErrorReport,
    NodeFailed,
    RunFinished,
    RunStatus,
    Waiting,
)
from nodebuilder.redaction import Redactor

Listener = Callable[[Event], None]
"""Gets every event of a run in order; it must not block, and what it raises is logged and forgotten."""

log: Final = logging.getLogger(__name__)


SHORTEST_SECRET: Final = 8
"""Characters of a key that is looked for in bytes; shorter ones stand in too much by chance."""


class Recorder:
    """The one pen of a run: nothing else makes events."""

    def __init__(self, run_id: str, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        self.run_id = run_id
        self._redactor: Redactor | None = None
        self._hide: Callable[[Any], Any] = _same
        self.errors: list[NodeErrorReport] = []
        self.displayed: list[Mapping[str, Any]] = []
        self._spent_usd = 0.0
        self._all_priced = True
        self._under_way = 0
        self._secrets: set[bytes] = set()
        self._seq = 0
        self._closed = False
        self._listener = listener
        self._out: Listener = listener
        self._loop = loop
        self._thread = threading.get_ident()

    @property
    def cost_usd(self) -> float | None:
        """What the run has cost so far; None when a call that was or may have been charged has no known price."""
        return self._spent_usd if self._all_priced and not self._under_way else None

    def unpriced(self) -> None:
        """Note that a call was or may have been charged, and nobody knows how much."""
        self._all_priced = False

    def left_under_way(self, call: asyncio.Task[Any]) -> None:
        """Note that a paid call outlives its firing: until it ends nobody knows what the run costs."""
        self._under_way += 1
        call.add_done_callback(self._came_home)

    def _came_home(self, _: asyncio.Task[Any]) -> None:
        self._under_way -= 1

    def tell(self, event: Callable[..., Event], *said: object) -> None:
        """Make the next event of the stream of what is said; after the end of the run nothing is told."""
        if self._closed:
            return
        self._seq += 1
        told = event(self._seq, self.run_id, time(), *said)
        try:
            self._out(told)
        except Exception:
            log.exception("A listener of run %s failed at event %d.", self.run_id, self._seq)

    def on_loop(self, act: Callable[..., None], *said: object) -> None:
        """Call `act` now, or, from another thread, in the run's own thread and in order."""
        if threading.get_ident() == self._thread:
            act(*said)
        else:
            self._loop.call_soon_threadsafe(act, *said)

    def say(self, event: Callable[..., Event], *said: object) -> None:
        """Do as `tell` does, from any thread."""
        self.on_loop(self.tell, event, *said)

    def hide(self, secret: str) -> None:
        """Replace `secret` by *** in every event from now on."""
        self._redactor = self._redactor or Redactor()
        self._redactor.remember(secret)
        if len(secret) >= SHORTEST_SECRET:
            self._secrets.add(secret.encode())
        self._hide = partial(hidden, redactor=self._redactor)
        self._out = self._redacted

    def without_secrets(self, data: bytes) -> bytes:
        """Return bytes that are to be kept without the keys of this run, which a service may have sent back."""
        for secret in self._secrets:
            data = data.replace(secret, b"***")
        return data

    def failure(self, node: str, firing: int, error: NodeBuilderError, seconds: float, *, caught: bool = False) -> None:
        """Tell that a firing failed, and remember it for the result, unless a loop around the node has `caught` it."""
        charged: Charged | None = error.charged if isinstance(error, NodeError) else None
        self._all_priced = self._all_priced and charged not in ("yes", "unknown")
        if not caught:
            self.errors.append(NodeErrorReport(node, error.message, error.remedy, error.code))
        details = error.details if isinstance(error, NodeError) else None
        self.tell(NodeFailed, node, firing, error.code, error.message, error.remedy, charged, seconds, details, caught)

    def display(self, node: str, firing: int, title: str, content_type: str, data: Any) -> None:
        """Tell what a node puts on the display panel, and remember it for the result."""
        self.displayed.append({"node": node, "title": title, "content_type": content_type, "data": data})
        self.tell(Displayed, node, firing, title, content_type, data)

    def cost(self, node: str, firing: int, usd: float | None, model: str, detail: str) -> None:
        """Tell what a paid call cost, and add it up."""
        self._spent_usd += usd or 0.0
        self._all_priced = self._all_priced and usd is not None
        self.tell(CostAdded, node, firing, usd, model, detail)

    def finish(
        self,
        status: RunStatus,
        *,
        outputs: Mapping[str, Mapping[str, Any]],
        waiting: tuple[Waiting, ...],
        firings: int,
        seconds: float,
    ) -> RunFinished:
        """Tell the end of the run and close the stream."""
        finished = RunFinished(
            seq=self._seq + 1,
            run_id=self.run_id,
            at=time(),
            status=status,
            outputs=outputs,
            displayed=tuple(self.displayed),
            errors=tuple(self.errors),
            waiting=waiting,
            cost_usd=self.cost_usd,
            firings=firings,
            seconds=seconds,
        )
        finished = self._hide(finished)
        self._out = self._listener
        self.tell(lambda *_: finished)
        self._closed = True
        return finished

    def _redacted(self, event: Event) -> None:
        self._listener(self._hide(event))


def _same(event: Any) -> Any:
    return event
