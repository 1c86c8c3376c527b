"""The house as hosts meet it: what is published, and nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nodebuilder.errors import StorageError
from nodebuilder.house import House, open_house
from nodebuilder.house.hosting import Hosting
from nodebuilder.settings import load_settings
from nodebuilder.workflow.read import load

HELLO = {
    "format": "nodebuilder/1",
    "name": "Hello",
    "publish": ["tool"],
    "nodes": {
        "in": {"type": "input", "values": {"name": "name"}},
        "out": {"type": "output", "values": {"name": "greeting"}},
    },
    "links": ["in.value -> out.value"],
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(
        load_settings(data_dir=tmp_path / "data", key_file=tmp_path / "secret.key"), exclusive=False
    ) as opened:
        yield opened


async def test_only_types_of_tool_nodes_are_published_and_only_when_named(house: House) -> None:
    hosting = Hosting(house)
    assert hosting.tools() == []
    await house.change({"published_tools": ["gpt_image_tool", "text", "no_such", "mcp_tools"]})
    assert [tool.type for tool in hosting.tools()] == ["gpt_image_tool"]
    await house.change({"published_tools": []})
    assert hosting.tools() == []


async def test_what_is_published_is_kept_for_the_next_start(house: House) -> None:
    await house.change({"published_tools": ["gpt_image_tool"]})
    async with open_house(
        load_settings(data_dir=house.settings.data_dir, key_file=house.settings.key_file), exclusive=False
    ) as again:
        assert again.settings.published_tools == ("gpt_image_tool",)


async def test_a_workflow_that_is_given_stands_before_one_that_is_saved(house: House) -> None:
    other = {**HELLO, "name": "Saved", "publish": ["tool", "prompt"]}
    for name in ("hello", "other"):
        await house.store.workflows.put(name, json.dumps(other), name="Saved")
    hosting = Hosting(house, {"hello": load(json.dumps({**HELLO, "publish": []}))})
    assert [(each.id, each.name) for each in await hosting.published("tool")] == [
        ("hello", "Hello"),
        ("other", "Saved"),
    ]
    assert [each.id for each in await hosting.published("prompt")] == ["other"]
    called = await hosting.call("hello", {"name": "Ada"}, lambda _: None)
    assert called.outputs == {"greeting": "Ada"}
    assert await hosting.versions() == {"hello": 1, "other": 1}
    with pytest.raises(StorageError):
        await hosting.call("no-such", {}, lambda _: None)


async def test_no_key_leaves_the_house(house: House) -> None:
    await house.store.secrets.set("openai", "sk-CANARY-7777777777-77777")
    hosting = Hosting(house)
    assert "CANARY" not in hosting.clean("it is sk-CANARY-7777777777-77777")
    assert "CANARY" not in str(hosting.clean_data({"a": ["sk-CANARY-7777777777-77777"]}))
