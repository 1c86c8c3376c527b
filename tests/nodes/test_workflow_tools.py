"""The Workflow Tool over saved workflows in a real house."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.house import House, open_house
from nodebuilder.house.calls import CallResult
from tests.house.calling import CRASH, ECHO, chosen, flow, keep


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(chosen(tmp_path), exclusive=False) as opened:
        await keep(opened, "echo", {**ECHO, "publish": []})
        await keep(opened, "crash", CRASH)
        yield opened


async def described(house: House, workflow_id: str) -> CallResult:
    nodes = {"tool": {"type": "workflow_tool", "values": {"workflow": workflow_id}}, "out": {"type": "output"}}
    return await house.calls.call(house.read(flow(nodes, "tool.output -> out.value")), {})


async def called(house: House, workflow_id: str, call: dict[str, Any]) -> CallResult:
    nodes = {
        "call": {"type": "dictionary_input", "values": {"json_input": json.dumps(call)}},
        "tool": {"type": "workflow_tool", "values": {"workflow": workflow_id}},
        "out": {"type": "output"},
    }
    return await house.calls.call(
        house.read(flow(nodes, "call.dictionary_out -> tool.tool_call", "tool.output -> out.value")), {}
    )


async def test_without_a_call_it_describes_the_workflow(house: House) -> None:
    told = (await described(house, "echo")).outputs["out"]
    assert (told["name"], told["description"]) == ("echo", "Says it again.")
    assert told["input_schema"]["required"] == ["prompt"]


@pytest.mark.parametrize(
    ("workflow_id", "sentence"), [("", "No workflow is chosen."), ("nobody", 'There is no saved workflow "nobody".')]
)
async def test_a_workflow_that_is_not_there_is_named(house: House, workflow_id: str, sentence: str) -> None:
    result = await described(house, workflow_id)
    assert [error.message for error in result.errors] == [sentence]


async def test_a_call_runs_the_workflow_and_gives_its_results(house: House) -> None:
    result = await called(house, "echo", {"id": "c1", "name": "echo", "arguments": {"prompt": "hi", "times": 2}})
    assert result.status == "succeeded"
    assert result.outputs["out"] == {
        "id": "c1",
        "result": {"response": "hi", "times": 2, "options": {}, "picture": ""},
    }
    assert {run["name"] for run in await house.runs.list()} == {"", "Echo"}


@pytest.mark.parametrize(
    ("workflow_id", "call", "sentence"),
    [
        ("echo", {"id": "c", "arguments": {}}, 'Input "prompt" is missing. Give it a text.'),
        ("echo", {"id": "c", "arguments": {"prompt": "x", "tone": 1}}, 'The workflow has no input "tone". Its inputs:'),
        ("echo", {"id": "c"}, "Invalid tool call format"),
        ("crash", {"id": "c", "arguments": {}}, 'The workflow "crash" failed: '),
        ("nobody", {"id": "c", "arguments": {}}, 'There is no saved workflow "nobody".'),
    ],
)
async def test_what_went_wrong_is_the_error_of_the_call(
    house: House, workflow_id: str, call: dict[str, Any], sentence: str
) -> None:
    result = await called(house, workflow_id, call)
    answer = result.outputs["out"]
    assert answer["id"] == "c"
    assert answer["error"].startswith(sentence)
    assert result.status == "failed"
