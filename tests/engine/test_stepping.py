"""Coroutines stepped by hand: what a body does and gets must not depend on it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from nodebuilder.engine.stepping import Suspended


async def step_by_hand(body: Coroutine[Any, Any, Any]) -> Any:
    context = contextvars.copy_context()
    try:
        yielded = context.run(body.send, None)
    except StopIteration as stop:
        return stop.value
    return await Suspended(body, context, yielded)


async def waits_for_a_future() -> Any:
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.001, future.set_result, "value")
    return await future


async def waits_for_many() -> Any:
    return await asyncio.gather(*(asyncio.sleep(0.001 * each, each) for each in range(3)))


async def times_out() -> Any:
    try:
        async with asyncio.timeout(0.001):
            await asyncio.sleep(10)
    except TimeoutError:
        return "late"


async def has_a_group() -> Any:
    told: list[str] = []
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(10))
            group.create_task(raises_later())
    except* ValueError as errors:
        told = [str(error) for error in errors.exceptions]
    return told


async def raises_later() -> Any:
    await asyncio.sleep(0)
    raise ValueError("later")


async def sleeps_twice() -> Any:
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return 2


async def uses_a_thread() -> Any:
    return await asyncio.to_thread(str.upper, "thread")


@pytest.mark.parametrize(
    "body", [waits_for_a_future, waits_for_many, times_out, has_a_group, sleeps_twice, uses_a_thread]
)
async def test_a_body_gives_what_it_gives_in_a_task(body: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    assert await step_by_hand(body()) == await asyncio.create_task(body())


async def test_an_error_comes_out_where_it_would() -> None:
    with pytest.raises(ValueError, match="later"):
        await step_by_hand(raises_later())


async def test_cancelling_the_task_reaches_the_body_and_comes_out() -> None:
    told: list[str] = []

    async def body() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            told.append("cancelled")
            await asyncio.sleep(0)
            told.append("tidied")
            raise

    task = asyncio.create_task(step_by_hand(body()))
    await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == ["cancelled", "tidied"]


async def test_a_context_variable_can_be_reset_after_a_wait_and_is_not_seen_outside() -> None:
    variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)

    async def body() -> int:
        token = variable.set(1)
        await asyncio.sleep(0)
        inside = variable.get()
        variable.reset(token)
        variable.set(5)
        return inside

    assert await step_by_hand(body()) == 1
    assert variable.get() == 0


async def test_a_body_that_is_given_up_is_closed() -> None:
    told: list[str] = []

    async def body() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            told.append("closed")

    outer = step_by_hand(body())
    outer.send(None)
    outer.close()
    assert told == ["closed"]
