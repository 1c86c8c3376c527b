"""The calls of tools that are under way in one run: who made each, who works on it, and how its result comes home.

A call travels down links like any value. Its result is recognised by the call's id when it arrives at a `tools` input,
and goes to the firing that awaits it, not into the queue: a result is never a reason to fire.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeGuard

from nodebuilder.engine.budget import Purse
from nodebuilder.values import as_mapping

LONGEST_ID: Final = 100
NO_ANSWER: Final = "The tool gave no answer. Go on without it, or tell the person that the tool does not work."
FAILED: Final = "The tool has failed in this run and cannot be called any more."


class PendingCall:
    """One call under way: made by the node `caller`, paid from `purse`; `sent` is what travels to the tool.

    `outer` is the call that the caller itself works on. `straight`: no link leads the call to the tool, nor need one
    lead the result back. `wanders`: other nodes stand between caller and tool, and may hand on a copy. `begun`: a tool
    works on it, or has. `stop` ends the firing that works on it, as long as there is one.
    """

    __slots__ = (
        "_answer",
        "_deadline",
        "_held",
        "_landed",
        "_left",
        "_limit",
        "begun",
        "caller",
        "id",
        "open",
        "outer",
        "purse",
        "sent",
        "stop",
        "straight",
        "wanders",
        "wanted_id",
    )

    def __init__(
        self,
        sent: dict[str, Any],
        wanted_id: str,
        caller: int,
        purse: Purse,
        landed: Callable[[], None],
        outer: PendingCall | None = None,
    ) -> None:
        self.id = str(sent["id"])
        self.sent = sent
        self.wanted_id = wanted_id
        self.caller = caller
        self.purse = purse
        self.outer = outer
        self.open = True
        self.straight = self.wanders = self.begun = False
        self.stop: Callable[[], None] | None = None
        self._landed = landed
        self._answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._deadline: asyncio.TimerHandle | None = None
        self._held = 0
        self._left: float | None = None
        self._limit: float | None = None

    async def answer(self) -> dict[str, Any]:
        """Wait for the answer, once; when the wait is cancelled, the work on the call is stopped."""
        answer = self._answer
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            self.fail("The caller was stopped.")
            self._stop_work()
            raise
        finally:
            self._answer = answer.get_loop().create_future()  # the run remembers the call, but not what came of it

    def give(self, answer: Mapping[str, Any]) -> None:
        """Bring the answer home, with the id that the caller knows; only the first one counts."""
        if self.open:
            self.open = False
            self._stop_clock()
            self._answer.set_result({**answer, "id": self.wanted_id})
            self._landed()

    def fail(self, why: str) -> None:
        """Answer with an error."""
        self.give({"error": why})

    def limit(self, seconds: float | None) -> None:
        """Give up after `seconds` of work (None: never) and stop the firing that works on the call.

        While the call stands in line at a tool that is busy, the clock does not run; on a way of its own it does.
        """
        self._left = self._limit = seconds
        if self.wanders:
            self._start_clock()

    def begin(self) -> None:
        """Note that a tool works on the call from now on."""
        self.begun = True
        self._start_clock()

    def pause(self) -> None:
        """Stop the clock, and those of the calls that wait for this one: it is not a tool that is being waited for."""
        self._held += 1
        self._stop_clock()
        if self.outer is not None:
            self.outer.pause()

    def proceed(self) -> None:
        """End one pause."""
        self._held -= 1
        self._start_clock()
        if self.outer is not None:
            self.outer.proceed()

    def _start_clock(self) -> None:
        if self._left is not None and self._deadline is None and self.open and not self._held:
            self._deadline = asyncio.get_running_loop().call_later(self._left, self._too_late)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._left = max(0.0, self._deadline.when() - asyncio.get_running_loop().time())
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        self.fail(f"The tool did not answer within {self._limit:g} seconds and was stopped.")
        self._stop_work()

    def _stop_work(self) -> None:
        if self.stop is not None:
            self.stop()


class Calls:
    """All calls of a run by their ids, which are given out once each."""

    def __init__(self) -> None:
        self._calls: dict[str, PendingCall] = {}
        self.under_way = 0

    def open(
        self,
        call: Mapping[str, Any],
        caller: int,
        purse: Purse,
        landed: Callable[[], None],
        outer: PendingCall | None = None,
    ) -> PendingCall:
        """Note a call; it keeps the id it brings, unless the run has seen that one. `landed` is told of its answer."""
        wanted = str(call.get("id") or "call")
        begin, number = plain_id(wanted), 2
        call_id = begin
        while call_id in self._calls:
            call_id, number = f"{begin}~{number}", number + 1

        def ended() -> None:
            self.under_way -= 1
            landed()

        pending = self._calls[call_id] = PendingCall({**call, "id": call_id}, wanted, caller, purse, ended, outer)
        self.under_way += 1
        return pending

    def of(self, value: Any) -> PendingCall | None:
        """Return the call that a value is: what was sent itself, or a copy of it from a node that stands between.

        Anyone may send a tool an object with any id: that is a call of his own, and no model awaits its result.
        """
        given = as_mapping(value)
        call = self._calls.get(str(given.get("id"))) if given is not None and "arguments" in given else None
        if call is None or value is call.sent:
            return call
        return call if call.wanders and call.open and not call.begun else None

    def answered_by(self, value: Any) -> PendingCall | None:
        """Return the call that a value is the result of."""
        given = as_mapping(value)
        return self._calls.get(str(given.get("id"))) if given is not None else None

    def bring_home(self, call: PendingCall, value: Any) -> None:
        """Give a result to the caller when the tool is called straight, or when it bears another id than the call."""
        if is_result(value):
            known = self.answered_by(value)
            if call.straight or known is None or not known.open:
                call.give(value)

    def waiting(self) -> Iterator[PendingCall]:
        """Yield the calls that await an answer."""
        return (call for call in list(self._calls.values()) if call.open)

    def abandon(self) -> None:
        """Answer all calls that await an answer: nobody works on them any more."""
        for call in self.waiting():
            call.fail(NO_ANSWER)

    def refuse(self, values: Iterable[Any]) -> None:
        """Answer the calls among what waits at a node that has failed: it fires no more."""
        for call in filter(None, map(self.of, values)):
            call.fail(FAILED)


def plain_id(text: str) -> str:
    """Return an id that can stand in an address: letters, digits and a few signs, at most `LONGEST_ID`."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", text)[:LONGEST_ID]


def is_result(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Say whether a value has the form of a tool's result: `{"id", "result"}` or `{"id", "error"}`."""
    return isinstance(value, Mapping) and "id" in value and ("result" in value or "error" in value)
