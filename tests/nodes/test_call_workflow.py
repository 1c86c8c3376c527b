"""Call Workflow over saved workflows in a real house, and over files beside the one that runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.house import House, open_house
from nodebuilder.house.calls import MOST_DEEP, CallResult
from nodebuilder.house.neighbours import beside
from nodebuilder.node import node
from nodebuilder.workflow.model import Workflow
from tests.house.calling import CRASH, ECHO, SLOW, chosen, flow, keep
from tests.standin import png
from tests.terminal import Terminal, terminal

__all__ = ["terminal"]

SHOUT = flow(
    {
        "words": {"type": "input", "values": {"required": True}},
        "mark": {"type": "input", "values": {"default": "!"}},
        "both": {"type": "concatenate_array", "values": {"separator": ""}},
        "said": {"type": "output"},
    },
    *("words.value -> both.texts[0]", "mark.value -> both.texts[1]", "both.full_text -> said.value"),
    name="Shout",
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(chosen(tmp_path), exclusive=False) as opened:
        await keep(opened, "echo", ECHO)
        await keep(opened, "crash", CRASH)
        await keep(opened, "shout", SHOUT)
        yield opened


def calling(workflow_id: str, inputs: Any = None, value: Any = None) -> dict[str, Any]:
    """Return a workflow that calls one with `inputs` and, if there is one, a `value` without a name."""
    nodes = {
        "inputs": {"type": "input", "values": {"type": "dictionary", "default": json.dumps(inputs or {})}},
        "value": {"type": "input", "values": {"type": "any", "default": json.dumps(value)}},
        "call": {"type": "call_workflow", "values": {"workflow": workflow_id}},
        "output": {"type": "output"},
        "outputs": {"type": "output"},
    }
    links = ("inputs.value -> call.inputs", "value.value -> call.input")
    used = [link for link, given in zip(links, (inputs, value), strict=True) if given is not None]
    return flow(nodes, *used, "call.output -> output.value", "call.outputs -> outputs.value")


async def called(house: House, workflow_id: str, inputs: Any = None, value: Any = None) -> CallResult:
    return await house.calls.call(house.read(calling(workflow_id, inputs, value)), {})


async def refused(house: House, workflow_id: str, inputs: Any = None, value: Any = None) -> tuple[str, str]:
    """Return the code and the sentence of the call's error."""
    result = await called(house, workflow_id, inputs, value)
    assert result.status == "failed"
    (error,) = result.errors
    assert error.node == "call"
    return error.code, error.message


async def test_the_only_result_is_given_as_it_is(house: House) -> None:
    result = await called(house, "shout", {"words": "hey", "mark": "?"})
    assert result.outputs == {"output": "hey?", "outputs": {"said": "hey?"}}
    names = [run["name"] for run in await house.runs.list()]
    assert "Shout" in names, "it is a run of its own"


async def test_several_results_are_given_by_name(house: House) -> None:
    result = await called(house, "echo", {"prompt": "hi", "times": 3, "options": {"a": [1]}})
    everything = {"response": "hi", "times": 3, "options": {"a": [1]}, "picture": ""}
    assert result.outputs == {"output": everything, "outputs": everything}


async def test_a_value_without_a_name_is_for_the_required_input_or_the_only_one_left(house: House) -> None:
    assert (await called(house, "shout", value="hey")).outputs["output"] == "hey!"
    assert (await called(house, "shout", {"words": "oh"}, "…")).outputs["output"] == "oh…"
    assert (await called(house, "echo", value="hi")).outputs["outputs"]["response"] == "hi"


async def test_values_are_converted_as_on_a_link(house: House) -> None:
    assert (await called(house, "shout", value=2.5)).outputs["output"] == "2.5!"
    assert (await called(house, "echo", {"prompt": True, "times": "4"})).outputs["outputs"]["times"] == 4
    code, sentence = await refused(house, "shout", value=["a"])
    assert code == "bad_input"
    assert sentence.startswith('The workflow "shout" was not called: input words wants TEXT')


@pytest.mark.parametrize(
    ("workflow_id", "inputs", "value", "code", "sentence"),
    [
        ("", None, None, "no_such_workflow", "No workflow is chosen."),
        ("nobody", None, None, "no_such_workflow", 'There is no saved workflow "nobody".'),
        ("../shout", None, None, "no_such_workflow", 'There is no saved workflow "../shout".'),
        ("shout", {}, None, "no_value", 'The workflow "shout" was not called: input "words" is missing.'),
        ("shout", {"word": "x"}, None, "unknown_input", 'The workflow "shout" was not called: the workflow has no'),
        ("shout", {"words": "a", "mark": "b"}, "c", "unknown_input", "it has no input left"),
        ("echo", {"prompt": "a"}, "c", "unknown_input", "it is not clear which of its inputs the value is for: times"),
        ("crash", None, None, "workflow_failed", 'The workflow "crash" failed: '),
    ],
)
async def test_errors_name_the_workflow(
    house: House, workflow_id: str, inputs: Any, value: Any, code: str, sentence: str
) -> None:
    found, said = await refused(house, workflow_id, inputs, value)
    assert found == code
    assert sentence in said


async def test_a_workflow_without_outputs_is_run_for_what_it_does(house: House) -> None:
    await keep(house, "quiet", flow({"said": {"type": "text"}}))
    assert (await called(house, "quiet")).outputs == {"output": {}, "outputs": {}}


async def test_a_result_that_did_not_come_sends_nothing(house: House) -> None:
    nodes = {
        "n": {"type": "number", "values": {"value": 1}},
        "is": {"type": "decision"},
        "out": {"type": "output"},
    }
    links = ("n.number_out -> is.input_value", "n.number_out -> is.comparison_value", "is.false_output -> out.value")
    await keep(house, "silent", flow(nodes, *links))
    result = await called(house, "silent")
    assert (result.status, result.outputs) == ("succeeded", {"outputs": {}})


async def test_a_picture_goes_in_by_its_link(house: House, tmp_path: Path) -> None:
    (tmp_path / "nodes" / "camera.py").write_text(
        "from nodebuilder import Asset, Context, node\n\n@node\nasync def camera(ctx: Context) -> Asset:\n"
        '    """Take a picture."""\n'
        f"    return await ctx.save({png(4, 4)!r}, prefix='photo')\n"
    )
    async with open_house(house.settings, exclusive=False) as opened:
        nodes = {
            "camera": {"type": "camera"},
            "prompt": {
                "type": "input",
                "values": {"type": "dictionary", "default": '{"prompt": "see", "times": 1, "options": {}}'},
            },
            "call": {"type": "call_workflow", "values": {"workflow": "echo"}},
            "out": {"type": "output"},
        }
        links = ("prompt.value -> call.inputs", "camera.output -> call.input", "call.outputs -> out.value")
        result = await opened.calls.call(opened.read(flow(nodes, *links)), {})
    assert result.status == "succeeded"
    assert "/servable/photo_" in result.outputs["out"]["picture"]


async def test_one_that_calls_itself_ends(house: House) -> None:
    await keep(house, "circle", calling("circle"))
    code, sentence = await refused(house, "circle")
    assert code == "workflow_failed"
    assert sentence.count('The workflow "circle" failed: ') == MOST_DEEP - 1
    assert f"Workflows call each other more than {MOST_DEEP} deep." in sentence


async def test_two_that_call_each_other_end(house: House) -> None:
    await keep(house, "ping", calling("pong"))
    await keep(house, "pong", calling("ping"))
    code, sentence = await refused(house, "ping")
    assert code == "workflow_failed"
    assert sentence.count("The workflow") == MOST_DEEP - 1
    assert f"Workflows call each other more than {MOST_DEEP} deep." in sentence


@pytest.mark.parametrize("change", ["delete", "rename"])
async def test_one_that_goes_away_between_two_calls_is_missed_by_name(house: House, change: str) -> None:
    nodes = {
        "items": {"type": "input", "values": {"type": "list", "default": '["a", "b", "c"]'}},
        "each": {"type": "for_each", "values": {"on_error": "continue"}},
        "call": {"type": "call_workflow", "values": {"workflow": "shout"}},
        "gone": {"type": "goes"},
        "said": {"type": "output"},
        "errors": {"type": "output"},
    }
    links = (
        *("items.value -> each.items", "each.item -> call.input", "call.output -> gone.value"),
        *("gone.output -> each.result", "each.results -> said.value", "each.errors -> errors.value"),
    )

    @node("goes")
    async def goes(value: Any) -> Any:
        """Take the workflow away."""
        if change == "delete":
            await house.store.workflows.delete("shout")
        else:
            await house.store.workflows.rename("shout", "yell")
        return value

    house.registry.add(goes)
    result = await house.calls.call(house.read(flow(nodes, *links)), {})
    assert result.outputs["said"] == ["a!"]
    assert [(each["index"], each["code"]) for each in result.outputs["errors"]] == [
        (1, "no_such_workflow"),
        (2, "no_such_workflow"),
    ]


async def test_cancelling_the_caller_cancels_the_called(house: House) -> None:
    await keep(house, "slow", SLOW)
    run_id = await house.runs.start(house.read(calling("slow")))
    while len(house.runs.running()) < 2:  # noqa: ASYNC110 - the called run tells nobody else that it began
        await asyncio.sleep(0.001)
    everything = [run["run_id"] for run in house.runs.running()]
    await house.runs.cancel(run_id)
    finished = await house.runs.wait(run_id)
    assert finished is not None
    assert finished.status == "cancelled"
    assert {(await house.runs.status(each)) for each in everything} == {"cancelled"}


async def test_what_is_not_saved_may_lie_beside_the_file_that_runs(house: House) -> None:
    asked: list[str] = []

    def lies_there(workflow_id: str) -> Workflow | None:
        asked.append(workflow_id)
        return {"inner": house.read(SHOUT), "outer": house.read(calling("inner", value="deep"))}.get(workflow_id)

    with beside(lies_there):
        run_id = await house.runs.start(house.read(calling("outer")))
        saved = await house.runs.start(house.read(calling("shout", value="hey")))
    finished = await house.runs.wait(run_id)
    assert finished is not None
    assert finished.outputs["call"]["output"] == {"output": "deep!", "outputs": {"said": "deep!"}}
    assert (await house.runs.wait(saved) or finished).status == "succeeded"
    assert set(asked) == {"outer", "inner"}, "what is saved is not looked for"
    assert {run["workflow_id"] for run in await house.runs.list(workflow_id=None)} == {None, "shout"}
    assert (await refused(house, "inner"))[0] == "no_such_workflow"


def test_the_terminal_finds_files_beside_the_one_that_runs_and_only_there(terminal: Terminal) -> None:
    terminal.write("flows/shout.flow.json", SHOUT)
    terminal.write("secret.flow.json", SHOUT)
    said = terminal.say("run", terminal.write("flows/main.flow.json", calling("shout", value="hey")), "--json")
    assert said.code == 0, said.err
    assert said.json["results"]["output"] == "hey!"
    for elsewhere in ("../secret", "flows/shout", "shout.flow", "SHOUT"):
        said = terminal.say("run", terminal.write("flows/main.flow.json", calling(elsewhere, value="hey")), "--json")
        assert [error["code"] for error in said.json["errors"]] == ["no_such_workflow"]
    said = terminal.say("run", "-", "--json", stdin=json.dumps(calling("secret", value="hey")))
    assert [error["code"] for error in said.json["errors"]] == ["no_such_workflow"]


def test_a_neighbour_that_cannot_be_read_is_told(terminal: Terminal) -> None:
    terminal.write("odd.flow.json", "{")
    said = terminal.say("run", terminal.write("main.flow.json", calling("odd")), "--json")
    assert said.code == 1
    assert said.json["errors"][0]["node"] == "call"
