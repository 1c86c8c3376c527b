"""The display of a workflow: what runs show is kept, replaced, and told to who watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.errors import WorkflowError
from nodebuilder.house import House, open_house
from nodebuilder.house.display import read_entries
from tests.house.test_opening import KEY, chosen
from tests.server.serving import TEXT
from tests.storage.test_display import entry


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(chosen(tmp_path), exclusive=False) as opened:
        yield opened


async def run(house: House, workflow: dict[str, Any], workflow_id: str | None) -> str:
    run_id = await house.runs.start(house.read(workflow), workflow_id=workflow_id)
    await house.runs.wait(run_id)
    return run_id


async def test_runs_of_a_saved_workflow_append_what_they_display(house: House, tmp_path: Path) -> None:
    first, second = await run(house, TEXT, "a-text"), await run(house, TEXT, "a-text")
    await run(house, TEXT, None)
    shown = await house.displays.read("a-text")

    assert [(each["run_id"], each["data"]) for each in shown] == [(first, "hello"), (second, "hello")]
    assert {(each["node_id"], each["node_title"], each["content_type"]) for each in shown} == {
        ("show", "Display Output", "text")
    }
    assert shown[0]["timestamp"] <= shown[1]["timestamp"]
    events = [event.body async for event in house.runs.subscribe(first)]
    assert [event["seq"] for event in events if event["kind"] == "displayed"] == [shown[0]["seq"]]
    async with open_house(chosen(tmp_path), exclusive=False) as later:
        assert await later.displays.read("a-text") == shown


async def test_nodes_are_given_the_display_as_it_was_recalled(house: House) -> None:
    await house.displays.say("a-text", "hi", "run-1")
    assert house.displays.entries("a-text") == []
    await house.displays.recall("a-text")
    (given,) = house.displays.entries("a-text")

    assert list(given) == ["node_id", "node_title", "content_type", "data", "timestamp"]
    assert (given["node_id"], given["node_title"], given["data"]) == (None, "User", "hi")
    assert house.displays.entries(None) == house.displays.entries("another") == []


async def test_who_listens_hears_which_displays_changed(house: House) -> None:
    wake = asyncio.Event()
    house.displays.listen(wake)
    before = house.displays.board.version
    await run(house, TEXT, "a-text")
    await house.displays.replace("other", [])

    assert wake.is_set()
    assert house.displays.board.since(before) == [{"workflow_id": "a-text"}, {"workflow_id": "other"}]
    house.displays.unlisten(wake)
    wake.clear()
    await house.displays.replace("other", [])
    assert not wake.is_set()


async def test_the_display_is_replaced_and_holds_no_key(house: House) -> None:
    house.store.redactor.remember(KEY)
    await house.displays.say("a-text", f"my key is {KEY}", "run-1")
    await house.displays.replace("b-text", [entry({"key": [KEY]})])
    assert KEY not in str(await house.displays.read("a-text") + await house.displays.read("b-text"))
    await house.displays.replace("a-text", [])
    assert await house.displays.read("a-text") == []


def test_a_file_of_the_older_system_loads() -> None:
    old = [
        {"node_id": None, "node_title": "User", "content_type": "text", "data": "hi", "timestamp": "2025-01-01T00:00"},
        {"node_id": 3, "node_title": "Show", "content_type": "image", "data": "/servable/a.png"},
        {"node_id": None, "node_title": "Engine Warning", "content_type": "warning", "data": "…"},
        {"data": 7, "content_type": "hologram", "more": 1},
    ]
    read = read_entries(old)
    assert [(each["node_id"], each["content_type"], each["data"], each["timestamp"]) for each in read] == [
        (None, "text", "hi", "2025-01-01T00:00"),
        ("3", "image", "/servable/a.png", None),
        (None, "warning", "…", None),
        (None, "text", 7, None),
    ]
    assert {tuple(each) for each in read} == {
        ("node_id", "node_title", "content_type", "data", "timestamp", "run_id", "seq")
    }


@pytest.mark.parametrize("wrong", [None, 3, "text", [], {}, {"node_title": "User"}])
def test_what_is_no_entry_is_refused_by_its_place(wrong: object) -> None:
    with pytest.raises(WorkflowError) as refused:
        read_entries([entry("good"), wrong])
    assert refused.value.code == "bad_display"
    assert "Entry 2" in refused.value.message
