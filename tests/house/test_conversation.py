"""A conversation with a model on the display of a saved workflow: what it is told of it, and what is paid once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.house import House, open_house
from tests.house.test_opening import chosen
from tests.standin import StandIn
from tests.standin_chat import Call, Turn

KEY = "sk-canary-0123456789abcdefghijklmn"


def chat(only: str | None, **more: Any) -> dict[str, Any]:
    """A chat with a model; `only` is the filter of its display context, None to leave the display alone."""
    values = {"use_display_context": only is not None, "display_context_filter": only or "user_and_self", **more}
    return {
        "format": "nodebuilder/1",
        "nodes": {
            "in": {"type": "display_input"},
            "llm": {"type": "llm", "values": {"temperature": 0, **values}},
            "calc": {"type": "calculator_tool"},
            "show": {"type": "display_output"},
            "note": {"type": "display_output"},
        },
        "links": [
            "in.user_input -> llm.prompt", "llm.response -> show.data", "calc.output -> llm.tools[0]",
            "in.user_input -> note.data",
        ],
    }  # fmt: skip


@pytest.fixture
async def openai() -> AsyncIterator[StandIn]:
    async with StandIn() as server:
        yield server


@pytest.fixture
async def house(tmp_path: Path, openai: StandIn) -> AsyncIterator[House]:
    async with open_house(chosen(tmp_path, openai_base_url=openai.url), exclusive=False) as opened:
        await opened.store.secrets.set("openai", KEY)
        yield opened


async def say(house: House, workflow: dict[str, Any], text: str) -> str:
    run_id = await house.chats.send("w", house.read(workflow), text)
    finished = await house.runs.wait(run_id)
    assert finished is not None
    assert finished.status == "succeeded", finished.errors
    return run_id


def told(openai: StandIn) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in openai.chat.requests[-1]["messages"]]


async def shown(house: House) -> list[tuple[str, Any]]:
    return [(entry["node_title"], entry["data"]) for entry in await house.displays.read("w")]


async def test_with_user_and_self_answers_are_marked_and_come_back_without_the_mark(
    house: House, openai: StandIn
) -> None:
    openai.chat.script = [Turn("I am well."), Turn("You said hello."), Turn("Bye.")]
    for text in ("Hello", "What did I say?", "Hello"):
        await say(house, chat("user_and_self"), text)
    assert told(openai) == [
        ("user", "Hello"), ("assistant", "I am well."), ("user", "What did I say?"), ("assistant", "You said hello."),
        ("user", "Hello"),
    ]  # fmt: skip
    answers = [data for _, data in await shown(house) if str(data).startswith("Chat: ")]
    assert answers == ["Chat: I am well.", "Chat: You said hello.", "Chat: Bye."]


async def test_with_all_everything_on_the_display_is_told_and_nothing_is_marked(house: House, openai: StandIn) -> None:
    openai.chat.script = [Turn("I am well."), Turn("Bye.")]
    for text in ("Hello", "And now?"):
        await say(house, chat("all"), text)
    first, *middle, last = told(openai)
    assert (first, last) == (("user", "Hello"), ("user", "And now?"))
    assert set(middle) >= {("assistant", "Hello"), ("assistant", "I am well.")}, "of other nodes, too"
    assert not any(str(data).startswith("Chat: ") for _, data in await shown(house))


async def test_without_display_context_each_message_stands_alone(house: House, openai: StandIn) -> None:
    for text in ("Hello", "And now?"):
        await say(house, chat(None), text)
    assert told(openai) == [("user", "And now?")]


async def test_a_display_that_was_cleared_is_forgotten(house: House, openai: StandIn) -> None:
    await say(house, chat("all"), "Hello")
    await house.displays.replace("w", [])
    await say(house, chat("all"), "And now?")
    assert told(openai)[-1] == ("user", "And now?")
    assert "Hello" not in str(openai.chat.requests[-1]["messages"])


SUM = Turn("Let me see.", [Call("c1", "calculator", json.dumps({"operation": "add", "a": 2, "b": 3}))])


@pytest.mark.parametrize("only", ["all", "user_and_self"])
async def test_a_run_that_was_cut_off_goes_on_and_pays_for_no_round_again(
    house: House, openai: StandIn, only: str
) -> None:
    """The first run has shown words of its own; going on, the model is asked as if they were not there."""
    asking = chat(only, output_intermediate_messages=True)
    asking["nodes"]["calc"]["ask"] = True
    openai.chat.script = [SUM, Turn("It is 5.")]
    first = await house.chats.send("w", house.read(asking), "2 + 3?")
    await asked(house, first)
    await house.runs.cancel(first)
    await house.runs.wait(first)
    assert any("Let me see." in str(data) for _, data in await shown(house))

    again = await house.runs.resume(first)
    await house.runs.decide(again, await asked(house, again), approved=True)
    finished = await house.runs.wait(again)
    assert finished is not None
    assert finished.status == "succeeded", finished.errors
    assert finished.outputs["llm"]["response"].endswith("It is 5.")
    assert len(openai.chat.requests) == 2, "the first round was answered and is not asked again"
    told_last = [each for each in openai.chat.requests[-1]["messages"] if each["content"] != "2 + 3?"]
    assert [each["role"] for each in told_last] == ["assistant", "tool"]


async def asked(house: House, run_id: str) -> str:
    async with asyncio.timeout(20):
        async for event in house.runs.subscribe(run_id):
            if event.body["kind"] == "approval_asked":
                return event.body["call_id"]
    raise AssertionError("nobody was asked")


async def test_a_run_that_failed_after_a_round_goes_on_from_there(house: House, openai: StandIn) -> None:
    openai.chat.script = [SUM, Turn(fault="500")]
    run_id = await house.chats.send("w", house.read(chat("all")), "2 + 3?")
    finished = await house.runs.wait(run_id)
    assert finished is not None
    assert finished.status == "failed"
    openai.chat.script = [Turn("It is 5.")]
    for _ in range(2):
        again = await house.runs.wait(await house.runs.resume(run_id, retry_unknown=True))
        assert again is not None
        assert (again.status, again.outputs["llm"]["response"]) == ("succeeded", "It is 5."), again.errors
    assert len(openai.chat.requests) == 3
