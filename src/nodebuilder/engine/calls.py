"""The calls of tools that are under way in one run: who made each, who works on it, and how its result comes home.

A call travels down links like any value. Its result is recognised by the call's id when it arrives at a `tools` input,
and goes to the firing that awaits it, not into the queue: a result is never a reason to fire.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeGuard

from nodebuilder.engine.budget import Purse
from nodebuilder.values import as_mapping

LONGEST_ID: Final = 100
NO_ANSWER: Final = "The tool gave no answer. Go on without it, or tell the person that the tool does not work."


class PendingCall:
    """One call under way: made by the node `caller`, paid from `purse`.

    `stop` ends the firing that works on it, once there is one. `straight`: no link leads the call to the tool, nor need
    one lead the result back. `landed` is told when the answer has come.
    """

    __slots__ = (
        "_deadline",
        "_left",
        "_limit",
        "answer",
        "caller",
        "id",
        "landed",
        "purse",
        "stop",
        "straight",
        "wanted_id",
    )

    def __init__(self, call_id: str, wanted_id: str, caller: int, purse: Purse, landed: Callable[[], None]) -> None:
        self.id = call_id
        self.wanted_id = wanted_id
        self.caller = caller
        self.purse = purse
        self.landed = landed
        self.answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.stop: Callable[[], None] | None = None
        self.straight = False
        self._deadline: asyncio.TimerHandle | None = None
        self._left: float | None = None
        self._limit: float | None = None

    @property
    def open(self) -> bool:
        """Whether the answer is still awaited."""
        return not self.answer.done()

    def give(self, answer: Mapping[str, Any]) -> None:
        """Bring the answer home, with the id that the caller knows; only the first one counts."""
        if self.open:
            self.pause()
            self.answer.set_result({**answer, "id": self.wanted_id})
            self.landed()

    def fail(self, why: str) -> None:
        """Answer with an error."""
        self.give({"error": why})

    def limit(self, seconds: float | None) -> None:
        """Give up after `seconds` from now (None: never) and stop the firing that works on the call."""
        self._left = self._limit = seconds
        self.proceed()

    def pause(self) -> None:
        """Stop the clock: it is not the tool that is being waited for."""
        if self._deadline is not None:
            self._left = max(0.0, self._deadline.when() - asyncio.get_running_loop().time())
            self._deadline.cancel()
            self._deadline = None

    def proceed(self) -> None:
        """Let the clock go on."""
        if self._left is not None and self._deadline is None and self.open:
            self._deadline = asyncio.get_running_loop().call_later(self._left, self._too_late)

    def _too_late(self) -> None:
        self._deadline = None
        self.fail(f"The tool did not answer within {self._limit:g} seconds and was stopped.")
        if self.stop is not None:
            self.stop()


class Calls:
    """All calls of a run by their ids, which are given out once each."""

    def __init__(self) -> None:
        self._calls: dict[str, PendingCall] = {}
        self.under_way = 0

    def open(self, call: Mapping[str, Any], caller: int, purse: Purse, landed: Callable[[], None]) -> PendingCall:
        """Note a call; it keeps the id it brings, unless the run has seen that one."""
        wanted = str(call.get("id") or "call")
        begin, number = plain_id(wanted), 2
        call_id = begin
        while call_id in self._calls:
            call_id, number = f"{begin}~{number}", number + 1
        pending = self._calls[call_id] = PendingCall(call_id, wanted, caller, purse, landed)
        self.under_way += 1
        pending.answer.add_done_callback(self._home)
        return pending

    def of(self, value: Any) -> PendingCall | None:
        """Return the call that a value is: an object with arguments and the id of a call of this run."""
        given = as_mapping(value)
        return self._calls.get(str(given.get("id"))) if given is not None and "arguments" in given else None

    def answered_by(self, value: Any) -> PendingCall | None:
        """Return the call that a value is the result of."""
        given = as_mapping(value)
        return self._calls.get(str(given.get("id"))) if given is not None else None

    def waiting(self) -> Iterator[PendingCall]:
        """Yield the calls that await an answer."""
        return (call for call in list(self._calls.values()) if call.open)

    def abandon(self) -> None:
        """Answer all calls that await an answer: nobody works on them any more."""
        for call in self.waiting():
            call.fail(NO_ANSWER)

    def _home(self, _: asyncio.Future[dict[str, Any]]) -> None:
        self.under_way -= 1


def plain_id(text: str) -> str:
    """Return an id that can stand in an address: letters, digits and a few signs, at most `LONGEST_ID`."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", text)[:LONGEST_ID]


def is_result(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Say whether a value has the form of a tool's result: `{"id", "result"}` or `{"id", "error"}`."""
    return isinstance(value, Mapping) and "id" in value and ("result" in value or "error" in value)
