"""Messages to a workflow: one answered at a time, in order, whatever becomes of the runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.errors import InputError, StorageError, WorkflowError
from nodebuilder.house import House, open_house
from nodebuilder.house.chat import MAX_QUEUED
from tests.house.test_opening import chosen
from tests.server.serving import TEXT

ECHO: dict[str, Any] = {
    "format": "nodebuilder/1",
    "nodes": {"chat": {"type": "display_input"}, "show": {"type": "display_output"}},
    "links": ["chat.user_input -> show.data"],
}
SLOW: dict[str, Any] = {
    **ECHO,
    "nodes": {**ECHO["nodes"], "pause": {"type": "pause"}},
    "links": ["chat.user_input -> pause.value", "pause.output -> show.data"],
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(chosen(tmp_path), exclusive=False) as opened:
        yield opened


async def until_answered(house: House, workflow_id: str, entries: int) -> list[Any]:
    """What the display shows when it has so many entries and no message waits."""
    changed = asyncio.Event()
    house.displays.listen(changed)
    async with asyncio.timeout(20):
        while len(shown := await house.displays.read(workflow_id)) < entries or house.chats.queued(workflow_id):
            await changed.wait()
            changed.clear()
    return [entry["data"] for entry in shown]


async def test_each_answer_stands_before_the_next_message(house: House) -> None:
    texts = [str(number) for number in range(20)]
    workflow = house.read(ECHO)
    await asyncio.gather(*(house.chats.send("w", workflow, text) for text in texts))
    assert await until_answered(house, "w", 40) == [text for text in texts for _ in range(2)]


async def test_a_run_that_is_cancelled_lets_the_next_message_through(house: House) -> None:
    first = await house.chats.send("w", house.read(SLOW), "first")
    await house.chats.send("w", house.read(ECHO), "second")
    assert [message["text"] for message in house.chats.queued("w")] == ["second"]
    assert [entry["data"] for entry in await house.displays.read("w")] == ["first"]
    await house.runs.cancel(first)
    assert await until_answered(house, "w", 3) == ["first", "second", "second"]


async def test_workflows_do_not_wait_for_each_other(house: House) -> None:
    slow = await house.chats.send("slow", house.read(SLOW), "wait")
    quick = await house.chats.send("quick", house.read(ECHO), "go")
    finished = await house.runs.wait(quick)
    assert finished is not None
    assert finished.status == "succeeded"
    assert await house.runs.status(slow) == "running"


async def test_only_a_message_that_waits_can_be_withdrawn(house: House) -> None:
    first = await house.chats.send("w", house.read(SLOW), "first")
    second = await house.chats.send("w", house.read(ECHO), "second")
    assert house.chats.withdraw("w", second)
    assert not house.chats.withdraw("w", second)
    assert not house.chats.withdraw("w", first)
    assert not house.chats.withdraw("nobody", first)
    await house.runs.cancel(first)
    await house.runs.wait(first)
    assert await until_answered(house, "w", 1) == ["first"]


async def test_what_cannot_be_answered_is_refused_and_not_shown(house: House) -> None:
    for workflow, text, kind in ((ECHO, " \n", InputError), (TEXT, "hi", WorkflowError)):
        with pytest.raises(kind):
            await house.chats.send("w", house.read(workflow), text)
    assert await house.displays.read("w") == []


async def test_no_more_than_so_many_messages_wait(house: House) -> None:
    slow, echo = house.read(SLOW), house.read(ECHO)
    await house.chats.send("w", slow, "first")
    for number in range(MAX_QUEUED):
        await house.chats.send("w", echo, str(number))
    with pytest.raises(InputError) as refused:
        await house.chats.send("w", echo, "one too many")
    assert refused.value.code == "too_many_messages"
    assert len(house.chats.queued("w")) == MAX_QUEUED


async def test_a_house_that_closes_leaves_what_waits_and_takes_no_more(house: House) -> None:
    first = await house.chats.send("w", house.read(SLOW), "first")
    await house.chats.send("w", house.read(ECHO), "second")
    await house.chats.close()
    await house.runs.close(1)
    assert await house.runs.status(first) == "cancelled"
    assert house.chats.queued("w") == []
    with pytest.raises(StorageError) as stopping:
        await house.chats.send("w", house.read(ECHO), "third")
    assert stopping.value.code == "stopping"
    assert [entry["data"] for entry in await house.displays.read("w")] == ["first"]
