"""Calls of tools under way: ids, clocks, answers, and what a run remembers of them."""

from __future__ import annotations

import asyncio
import gc
import re
import weakref
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.engine.budget import Purse
from nodebuilder.engine.calls import LONGEST_ID, NO_ANSWER, Calls, PendingCall, is_result, plain_id


def opened(
    calls: Calls, call_id: Any = "c", landed: Callable[[], None] = lambda: None, outer: PendingCall | None = None
) -> PendingCall:
    return calls.open({"id": call_id, "name": "t", "arguments": {}}, 0, Purse(None), landed, outer)


async def test_a_call_keeps_its_id_unless_the_run_has_seen_it() -> None:
    calls = Calls()
    assert [opened(calls).id for _ in range(3)] == ["c", "c~2", "c~3"]
    assert opened(calls, "").id == opened(calls, None).id.removesuffix("~2") == "call"


async def test_the_answer_bears_the_id_that_the_caller_gave() -> None:
    calls = Calls()
    opened(calls)
    second = opened(calls)
    second.give({"id": "whatever", "result": 1})
    assert await second.answer() == {"id": "c", "result": 1}


async def test_only_the_first_answer_counts_and_it_is_told_once() -> None:
    landed: list[int] = []
    calls = Calls()
    call = opened(calls, landed=lambda: landed.append(1))
    assert calls.under_way == 1
    call.give({"result": 1})
    call.give({"result": 2})
    call.fail("late")
    assert (await call.answer(), landed, calls.under_way) == ({"id": "c", "result": 1}, [1], 0)


async def test_a_run_remembers_the_id_of_a_call_but_not_what_came_of_it() -> None:
    class Heavy:
        """Something that a garbage collector can be seen to take."""

    calls = Calls()
    call = opened(calls)
    heavy = Heavy()
    seen = weakref.ref(heavy)
    call.give({"result": heavy})
    del heavy
    await call.answer()
    gc.collect()
    assert seen() is None
    assert opened(calls).id == "c~2"


async def test_a_call_that_takes_too_long_is_answered_and_its_work_stopped() -> None:
    stopped: list[int] = []
    call = opened(Calls())
    call.stop = lambda: stopped.append(1)
    call.limit(0.01)
    await asyncio.sleep(0.03)
    assert call.open, "in line the clock does not run"
    call.begin()
    assert "did not answer within 0.01 seconds" in (await call.answer())["error"]
    assert stopped == [1]


async def test_no_limit_is_no_limit_and_an_answer_ends_the_clock() -> None:
    stopped: list[int] = []
    unlimited, answered = opened(Calls()), opened(Calls())
    for call, seconds in ((unlimited, None), (answered, 0.02)):
        call.stop = lambda: stopped.append(1)
        call.limit(seconds)
        call.begin()
    answered.give({"result": 1})
    await asyncio.sleep(0.05)
    assert (unlimited.open, stopped) == (True, [])


async def test_a_pause_stops_the_clocks_of_all_that_wait_for_the_call() -> None:
    calls = Calls()
    outer = opened(calls)
    inner = opened(calls, outer=outer)
    other = opened(calls, outer=outer)
    for call in (outer, inner, other):
        call.limit(0.05)
        call.begin()
    inner.pause()
    other.pause()
    await asyncio.sleep(0.1)
    assert all(call.open for call in (outer, inner, other))
    other.proceed()
    assert "0.05 seconds" in (await other.answer())["error"]
    assert (outer.open, inner.open) == (True, True), "one pause of the two goes on"
    inner.proceed()
    assert "error" in await inner.answer()
    assert "error" in await outer.answer()


async def test_a_pause_before_the_limit_is_set_holds_too() -> None:
    call = opened(Calls())
    call.pause()
    call.limit(0.01)
    call.begin()
    await asyncio.sleep(0.03)
    assert call.open
    call.proceed()
    assert "error" in await call.answer()


async def test_cancelling_the_wait_ends_the_call_and_stops_its_work() -> None:
    stopped: list[int] = []
    calls = Calls()
    call = opened(calls)
    call.stop = lambda: stopped.append(1)
    waits = asyncio.create_task(call.answer())
    await asyncio.sleep(0)
    waits.cancel()
    await asyncio.wait([waits])
    assert (waits.cancelled(), call.open, stopped, calls.under_way) == (True, False, [1], 0)


async def test_a_value_is_a_call_when_it_is_what_was_sent() -> None:
    calls = Calls()
    call = opened(calls)
    assert calls.of(call.sent) is call
    assert calls.of(dict(call.sent)) is None, "somebody else used the same id"
    assert calls.of({"id": "c", "result": 1}) is None
    assert calls.of("c") is calls.of(None) is calls.of(["c"]) is None
    call.give({"result": 1})
    assert calls.of(call.sent) is call, "a call that nobody awaits is still known as one"


async def test_a_copy_is_a_call_only_when_nodes_stand_between_and_no_tool_has_begun() -> None:
    calls = Calls()
    call = opened(calls)
    call.wanders = True
    changed = {**call.sent, "arguments": {"a": 2}}
    assert calls.of(changed) is call
    call.begun = True
    assert calls.of(changed) is None


async def test_calls_that_nobody_works_on_are_answered() -> None:
    calls = Calls()
    first, second = opened(calls), opened(calls)
    second.give({"result": 1})
    assert list(calls.waiting()) == [first]
    calls.abandon()
    assert (await first.answer())["error"] == NO_ANSWER
    assert (await second.answer())["result"] == 1


@given(st.text())
def test_an_id_can_stand_in_an_address(text: str) -> None:
    plain = plain_id(text)
    assert len(plain) <= LONGEST_ID
    assert re.fullmatch(r"[A-Za-z0-9_.-]*", plain)
    assert plain_id(plain) == plain


def test_a_result_has_an_id_and_a_result_or_an_error() -> None:
    assert is_result({"id": 1, "result": None})
    assert is_result({"id": 1, "error": ""})
    for value in ({"id": 1}, {"result": 1}, [], None, "id", 3):
        assert not is_result(value)
