from __future__ import annotations

import asyncio
import logging

import pytest

from nodebuilder.storage.background import Background


async def test_the_result_is_handed_over() -> None:
    assert await Background().finish(asyncio.sleep(0, "done")) == "done"


async def test_work_goes_on_to_its_end_when_the_caller_is_cancelled() -> None:
    background, started, go, ended = Background(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        started.set()
        await go.wait()
        ended.set()

    caller = asyncio.create_task(background.finish(work()))
    await started.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert not ended.is_set()
    go.set()
    await background.drain()

    assert ended.is_set()


async def test_a_failure_reaches_the_caller() -> None:
    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Background().finish(work())


async def test_a_failure_that_nobody_waits_for_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    background, go = Background(), asyncio.Event()

    async def work() -> None:
        await go.wait()
        raise ValueError("the disk burns")

    caller = asyncio.create_task(background.finish(work()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError), caplog.at_level(logging.ERROR):
        await caller
    go.set()
    await background.drain()
    await asyncio.sleep(0)

    assert "the disk burns" in caplog.text
