"""Workflows called by their inputs, in a real house."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.errors import InputError, NodeBuilderError, StorageError
from nodebuilder.events import Event
from nodebuilder.house import House, open_house
from nodebuilder.house.calls import MOST_DEEP
from tests.house.calling import CRASH, ECHO, SLOW, chosen, flow, keep
from tests.standin import png


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(chosen(tmp_path), exclusive=False) as opened:
        yield opened


async def test_inputs_go_in_typed_and_outputs_come_back_by_name(house: House) -> None:
    await keep(house, "echo", ECHO)
    heard: list[Event] = []
    result = await house.calls.call("echo", {"prompt": "1", "times": 2, "options": {"a": ["ü"]}}, listener=heard.append)
    assert result.status == "succeeded"
    assert result.outputs == {"response": "1", "times": 2, "options": {"a": ["ü"]}, "picture": ""}
    assert heard[-1].kind == "run_finished"
    assert (await house.runs.detail(result.run_id))["workflow_id"] == "echo"


async def test_what_is_not_given_is_the_default(house: House) -> None:
    result = await house.calls.call(house.read(ECHO), {"prompt": "hello"})
    assert result.outputs == {"response": "hello", "times": 1, "options": {}, "picture": ""}


async def test_a_message_from_elsewhere_comes_in_at_the_display_input(house: House) -> None:
    nodes = {"chat": {"type": "display_input", "values": {"message": "nothing said"}}, "response": {"type": "output"}}
    chat = house.read(flow(nodes, "chat.user_input -> response.value"))
    assert (await house.calls.call(chat, {"prompt": "hello"})).outputs == {"response": "hello"}
    assert (await house.calls.call(chat, {})).outputs == {"response": "nothing said"}


async def test_a_call_has_no_part_in_the_display_of_the_workflow(house: House) -> None:
    """What one caller says is not shown to the person, nor told to the next caller's model."""
    nodes = {
        "chat": {"type": "display_input"},
        "show": {"type": "display_output"},
        "seen": {"type": "output"},
    }
    links = ("chat.user_input -> show.data", "chat.display_context -> seen.value")
    await keep(house, "talk", flow(nodes, *links))
    await house.displays.say("talk", "the person's own words", "run")
    assert (await house.calls.call("talk", {"prompt": "my secret word is plover"})).outputs == {"seen": []}
    assert (await house.calls.call("talk", {"prompt": "what is it?"})).outputs == {"seen": []}
    assert [entry["data"] for entry in await house.displays.read("talk")] == ["the person's own words"]


@pytest.mark.parametrize(("remembers", "answer"), [(True, "hello"), (False, "Chat: hello")])
async def test_the_mark_for_the_panel_is_not_said_to_callers(house: House, remembers: bool, answer: str) -> None:
    nodes = {
        "prompt": {"type": "input"},
        "llm": {"type": "llm", "values": {"use_display_context": remembers}},
        "response": {"type": "output"},
    }
    talk = house.read(flow(nodes, "prompt.value -> response.value"))
    assert (await house.calls.call(talk, {"prompt": "Chat: hello"})).outputs == {"response": answer}


@pytest.mark.parametrize(
    ("inputs", "code", "sentence"),
    [
        ({"prompt": "x", "promt": "y"}, "unknown_input", 'The workflow has no input "promt".'),
        ({}, "no_value", 'Input "prompt" is missing.'),
        ({"prompt": " "}, "no_value", 'Input "prompt" is missing.'),
        ({"prompt": "x", "times": "2"}, "bad_input", 'Input "times" wants a finite number, but got "2".'),
        ({"prompt": 5}, "bad_input", 'Input "prompt" wants a text, but got 5.'),
        ({"prompt": "x", "picture": "data:image/png;base64,?"}, "bad_data_url", "The data URL of a picture"),
        ({"prompt": "x" * 2_000_001}, "too_large", 'Input "prompt" is too long.'),
    ],
)
async def test_inputs_are_checked_before_anything_runs(
    house: House, inputs: dict[str, Any], code: str, sentence: str
) -> None:
    with pytest.raises(InputError) as refused:
        await house.calls.call(house.read(ECHO), inputs)
    assert refused.value.code == code
    assert refused.value.message.startswith(sentence)
    assert await house.runs.list() == []


async def test_an_unknown_input_is_answered_with_those_there_are(house: House) -> None:
    with pytest.raises(InputError) as refused:
        await house.calls.call(house.read(ECHO), {"promt": "x"})
    assert refused.value.remedy == 'Did you mean "prompt"? Its inputs: prompt, times, options, picture.'


async def test_a_picture_in_a_data_url_is_kept_as_a_file(house: House) -> None:
    url = "data:image/png;base64," + base64.b64encode(png(3, 2)).decode()
    result = await house.calls.call(house.read(ECHO), {"prompt": "x", "picture": url})
    name = str(result.outputs["picture"]).rpartition("/")[2]
    assert await house.store.assets.read(name) == png(3, 2)


async def test_a_failed_run_gives_what_it_has_and_why_it_failed(house: House) -> None:
    result = await house.calls.call(house.read(CRASH), {})
    assert result.status == "failed"
    assert result.outputs == {"second": "Hello from backend!"}
    assert [error.node for error in result.errors] == ["bad"]


async def test_cancelling_the_caller_cancels_the_run(house: House) -> None:
    fired = asyncio.Event()

    def listen(event: Event) -> None:
        if event.kind == "node_fired":
            fired.set()

    task = asyncio.create_task(house.calls.call(house.read(SLOW), {}, listener=listen))
    await fired.wait()
    (running,) = house.runs.running()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    finished = await house.runs.wait(running["run_id"])
    assert finished is not None
    assert finished.status == "cancelled"


async def test_what_is_published_is_listed_and_found_by_its_kind(house: House) -> None:
    await keep(house, "slow", SLOW)
    await keep(house, "second", {**ECHO, "publish": ["tool"]})
    await keep(house, "echo", ECHO)
    assert [each.id for each in await house.calls.published("tool")] == ["echo", "second"]
    assert [each.id for each in await house.calls.published("model")] == ["echo"]
    await keep(house, "echo", SLOW)
    assert await house.calls.published("model") == []
    with pytest.raises(StorageError, match="not published as a model"):
        await house.calls.find("second", "model")


async def test_a_workflow_that_calls_itself_ends(house: House) -> None:
    await keep(house, "again", itself("again"))
    result = await house.calls.call("again", {})
    assert result.status == "failed"
    assert result.errors[0].message.startswith('The workflow "again" failed: ')
    assert "more than 16 deep" in result.errors[0].message
    assert len(await house.runs.list(limit=100)) == MOST_DEEP


async def test_calls_of_one_task_after_another_are_not_deep(house: House) -> None:
    for _ in range(MOST_DEEP + 1):
        assert (await house.calls.call(house.read(ECHO), {"prompt": "x"})).status == "succeeded"


async def test_a_workflow_that_cannot_run_says_why(house: House) -> None:
    with pytest.raises(NodeBuilderError) as refused:
        await house.calls.call(house.read(flow({"show": {"type": "display_output"}})), {})
    assert refused.value.code == "not_runnable"


def itself(workflow_id: str) -> dict[str, Any]:
    call = {"type": "dictionary_input", "values": {"json_input": '{"id": "1", "name": "x", "arguments": {}}'}}
    nodes = {
        "call": call,
        "tool": {"type": "workflow_tool", "values": {"workflow": workflow_id}},
        "response": {"type": "output"},
    }
    return flow(nodes, "call.dictionary_out -> tool.tool_call", "tool.output -> response.value")
