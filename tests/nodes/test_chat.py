from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.house import House, open_house
from nodebuilder.house.display import read_entries
from tests.house.test_opening import chosen
from tests.server.serving import one
from tests.storage.test_display import entry
from tests.workbench import Bench


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(chosen(tmp_path), exclusive=False) as opened:
        yield opened


async def outputs(house: House, node_type: str, workflow_id: str | None = "w", **values: Any) -> dict[str, Any]:
    """What one node gives in a run of a saved workflow."""
    run_id = await house.runs.start(house.read(one(node_type, **values)), workflow_id=workflow_id)
    await house.runs.wait(run_id)
    return (await house.runs.detail(run_id))["outputs"]["it"]


async def test_a_message_comes_out_as_it_was_written(bench: Bench) -> None:
    end = await bench.run({"chat": ("display_input", {"message": " hi\nthere "})})
    assert end.outputs["chat"] == {"user_input": " hi\nthere ", "display_context": [], "trigger": ""}


async def test_a_message_may_be_given_for_one_run(bench: Bench) -> None:
    end = await bench.run({"chat": ("display_input", {})}, values={"chat": {"message": "now"}})
    assert end.outputs["chat"]["user_input"] == "now"


async def test_the_context_is_what_the_display_of_the_workflow_shows(house: House) -> None:
    await house.displays.replace("w", read_entries([entry("before"), entry({"list": [1]})]))
    shown = [entry("before"), entry({"list": [1]})]
    assert (await outputs(house, "get_display_context"))["context"] == shown
    assert (await outputs(house, "display_input"))["display_context"] == shown
    assert (await outputs(house, "get_display_context", "another"))["context"] == []
    assert (await outputs(house, "get_display_context", None))["context"] == []


async def test_a_message_finds_itself_in_the_context(house: House) -> None:
    workflow = house.read(one("display_input"))
    for number, text in enumerate(("first", "second"), 1):
        run_id = await house.chats.send("w", workflow, text)
        await house.runs.wait(run_id)
        given = (await house.runs.detail(run_id))["outputs"]["it"]
        assert given["user_input"] == text
        assert [(each["node_title"], each["data"]) for each in given["display_context"]] == [
            ("User", "first"),
            ("User", "second"),
        ][:number]


async def test_of_the_context_only_what_bears_the_id_of_the_node(house: House) -> None:
    mine = {**entry("mine"), "node_id": "it"}
    await house.displays.replace("w", read_entries([entry("other"), mine]))
    assert (await outputs(house, "get_display_context", filter_by_node_id=True))["context"] == [mine]
