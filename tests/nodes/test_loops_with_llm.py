"""Loops around models with tools, and loops inside of tools, over a scripted model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from nodebuilder.events import Event
from nodebuilder.house import House, open_house
from nodebuilder.storage.tables import receipts, runs
from tests.house.calling import chosen, flow, keep
from tests.nodes.llm_bench import LlmBench, open_llm_bench
from tests.standin import StandIn
from tests.standin_chat import Call, Turn

KEY = "sk-canary-0123456789abcdefghijklmn"
Nodes = dict[str, tuple[str, dict[str, Any]]]
WORDS = ["red", "blue", "green", "grey", "black"]


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[LlmBench]:
    async with open_llm_bench(tmp_path) as bench:
        yield bench


def given(value: Any, kind: str = "list") -> tuple[str, dict[str, Any]]:
    return "input", {"type": kind, "default": json.dumps(value)}


def looks_up(request: dict[str, Any]) -> Turn:
    """Look up the word of the newest question, then say what the tool said; how much it remembers stands before it."""
    messages = request["messages"]
    asked = [message["content"] for message in messages if message["role"] == "user"]
    if messages[-1]["role"] == "tool":
        return Turn(f"{len(asked)}: {json.loads(messages[-1]['content'])['meaning']}")
    return Turn(calls=[Call("same_id", "look_up", json.dumps({"word": asked[-1]}))])


ROUND = ("each.item -> llm.prompt", "words.output -> llm.tools[0]", "llm.response -> each.result")


@pytest.mark.parametrize("width", [1, 8])
async def test_each_item_is_a_conversation_of_its_own_and_answers_of_a_shared_tool_go_home(
    talk: LlmBench, width: int
) -> None:
    talk.openai.chat.respond = looks_up
    nodes: Nodes = {
        "items": given(WORDS),
        "each": ("for_each", {"width": width}),
        "llm": ("llm", {}),
        "words": ("look_up_tool", {"delay": 0.01}),
    }
    end = await talk.bench.run(nodes, "items.value -> each.items", *ROUND)
    assert (end.status, end.waiting) == ("succeeded", ()), end.errors
    assert end.outputs["each"]["results"] == [f"1: {word} in en" for word in WORDS]


async def test_in_a_while_the_model_hears_what_it_said_before(talk: LlmBench) -> None:
    talk.openai.chat.script = [Turn("once"), Turn("twice"), Turn("enough")]
    nodes: Nodes = {
        "words": ("text", {"value": "go"}),
        "loop": ("while", {"condition": "value != limit", "limit": "enough"}),
        "llm": ("llm", {}),
    }
    end = await talk.bench.run(
        nodes, "words.text_out -> loop.value", "loop.body -> llm.prompt", "llm.response -> loop.next"
    )
    assert end.outputs["loop"] == {"result": "enough", "rounds": 3}, end.errors
    assert [message["content"] for message in talk.told] == ["go", "once", "once", "twice", "twice"]


async def test_a_refused_answer_is_caught_and_the_next_attempt_begins_anew(talk: LlmBench) -> None:
    talk.openai.chat.script = [Turn("", fault="401"), Turn("", fault="500"), Turn("At last.")]
    nodes: Nodes = {
        "words": ("text", {"value": "go"}),
        "catch": ("catch", {"attempts": 3}),
        "llm": ("llm", {}),
    }
    end = await talk.bench.run(
        nodes, "words.text_out -> catch.value", "catch.attempt -> llm.prompt", "llm.response -> catch.result"
    )
    assert (end.status, end.outputs["catch"]) == ("succeeded", {"output": "At last."}), end.errors
    assert [message["content"] for message in talk.told] == ["go"]


async def test_a_caught_failure_says_whether_it_was_charged(talk: LlmBench) -> None:
    talk.openai.chat.script = [Turn("", fault="401")]
    nodes: Nodes = {"words": ("text", {"value": "go"}), "catch": ("catch", {}), "llm": ("llm", {})}
    end = await talk.bench.run(
        nodes, "words.text_out -> catch.value", "catch.attempt -> llm.prompt", "llm.response -> catch.result"
    )
    assert (end.status, end.outputs["catch"]["error"]["charged"]) == ("succeeded", "no")


async def test_the_cap_of_the_run_ends_the_loop_and_is_not_caught(tmp_path: Path) -> None:
    async with open_llm_bench(tmp_path, max_cost_usd_per_run=0.02) as talk:
        nodes: Nodes = {
            "items": given(WORDS * 20),
            "each": ("for_each", {"on_error": "continue"}),
            "llm": ("llm", {}),
        }
        links = ("items.value -> each.items", "each.item -> llm.prompt", "llm.response -> each.result")
        end = await talk.bench.run(nodes, *links)
        assert end.status == "failed"
        assert end.errors[0].code == "budget_per_run"
        assert "each" not in end.outputs
        assert talk.openai.count < 100


# ---- a loop as a tool ----

DOUBLED = flow(
    {
        "numbers": {"type": "input", "values": {"type": "list", "required": True}},
        "each": {"type": "for_each", "values": {"width": 3}},
        "double": {"type": "add"},
        "doubled": {"type": "output"},
    },
    *("numbers.value -> each.items", "each.item -> double.a", "each.item -> double.b"),
    *("double.result -> each.result", "each.results -> doubled.value"),
    description="Doubles each number of a list.",
)


@pytest.fixture
async def openai() -> AsyncIterator[StandIn]:
    async with StandIn() as server:
        yield server


@pytest.fixture
async def house(tmp_path: Path, openai: StandIn) -> AsyncIterator[House]:
    async with open_house(chosen(tmp_path, openai_base_url=openai.url), exclusive=False) as opened:
        await opened.store.secrets.set("openai", KEY)
        await keep(opened, "doubled", DOUBLED)
        yield opened


async def test_a_model_in_a_loop_calls_a_workflow_with_a_loop(house: House, openai: StandIn) -> None:
    def respond(request: dict[str, Any]) -> Turn:
        messages = request["messages"]
        if messages[-1]["role"] == "tool":
            return Turn(json.dumps(json.loads(messages[-1]["content"])["doubled"]))
        return Turn(calls=[Call("c", "doubled", json.dumps({"numbers": json.loads(messages[-1]["content"])}))])

    openai.chat.respond = respond
    nodes = {
        "lists": {"type": "input", "values": {"type": "list", "default": '["[1, 2]", "[]", "[5]"]'}},
        "each": {"type": "for_each", "values": {"width": 3}},
        "llm": {"type": "llm"},
        "tool": {"type": "workflow_tool", "values": {"workflow": "doubled"}},
        "answers": {"type": "output"},
    }
    links = ("lists.value -> each.items", "each.item -> llm.prompt", "tool.output -> llm.tools[0]")
    after = ("llm.response -> each.result", "each.results -> answers.value")
    result = await house.calls.call(house.read(flow(nodes, *links, *after)), {})
    assert result.status == "succeeded", result.errors
    assert result.outputs["answers"] == ["[2.0, 4.0]", "[]", "[10.0]"]


async def test_a_tool_that_takes_too_long_stops_the_loop_in_it(house: House, openai: StandIn) -> None:
    doubled = {**DOUBLED, "nodes": {**DOUBLED["nodes"], "wait": {"type": "wait", "values": {"wait_time_seconds": 60}}}}
    await keep(house, "doubled", {**doubled, "links": [*DOUBLED["links"], "each.item -> wait.trigger"]})

    def respond(request: dict[str, Any]) -> Turn:
        last = request["messages"][-1]
        return (
            Turn(last["content"]) if last["role"] == "tool" else Turn(calls=[Call("c", "doubled", '{"numbers": [1]}')])
        )

    openai.chat.respond = respond
    nodes = {
        "ask": {"type": "text", "values": {"value": "Double 1"}},
        "llm": {"type": "llm", "values": {"tool_timeout": 1}},
        "tool": {"type": "workflow_tool", "values": {"workflow": "doubled"}},
        "answer": {"type": "output"},
    }
    links = ("ask.text_out -> llm.prompt", "tool.output -> llm.tools[0]", "llm.response -> answer.value")
    run_id = await house.runs.start(house.read(flow(nodes, *links)))
    finished = await ended(house, run_id)
    assert "1 second" in finished.outputs["answer"]["value"], finished.errors
    statuses = {run["run_id"]: run["status"] for run in await house.runs.list()}
    assert statuses.pop(run_id) == "succeeded"
    assert list(statuses.values()) == ["cancelled"]


@pytest.mark.parametrize("given_id", ["c", None])
async def test_calls_of_several_rounds_wait_for_the_person_under_ids_of_their_own(
    house: House, given_id: str | None
) -> None:
    sums = [{"arguments": {"operation": "add", "a": number, "b": 2}} for number in range(5)]
    calls = [{"id": given_id, **each} for each in sums] if given_id else sums
    nodes = {
        "items": {"type": "input", "values": {"type": "list", "default": json.dumps(calls)}},
        "each": {"type": "for_each", "values": {"width": 3}},
        "calc": {"type": "calculator_tool", "ask": True},
        "said": {"type": "output"},
    }
    links = ("items.value -> each.items", "each.item -> calc.tool_call", "calc.output -> each.result")
    asked: asyncio.Queue[Any] = asyncio.Queue()

    def hear(event: Event) -> None:
        if event.kind == "approval_asked":
            asked.put_nowait(event)

    run_id = await house.runs.start(house.read(flow(nodes, *links, "each.results -> said.value")), listener=hear)
    first = [await asked.get() for _ in range(3)]
    waiting = (await house.runs.detail(run_id))["approvals"]
    assert [each["call_id"] for each in waiting] == [each.call_id for each in first]
    for question in reversed(first):
        await house.runs.decide(run_id, question.call_id, approved=question.arguments["a"] != 1, reason="no")
    more = [await asked.get() for _ in range(2)]
    assert len({each.call_id for each in (*first, *more)}) == 5, "a late answer to one call is none to another"
    for question in more:
        await house.runs.decide(run_id, question.call_id, approved=True)
    finished = await ended(house, run_id)
    assert [each.get("result") for each in finished.outputs["said"]["value"]] == [2, None, 4, 5, 6]


async def test_each_item_has_the_cap_of_its_own_turn(talk: LlmBench) -> None:
    nodes: Nodes = {
        "items": given(WORDS),
        "each": ("for_each", {"width": 4, "on_error": "continue"}),
        "llm": ("llm", {"max_cost_usd": 0.012}),
    }
    links = ("items.value -> each.items", "each.item -> llm.prompt", "llm.response -> each.result")
    end = await talk.bench.run(nodes, *links)
    assert len(end.outputs["each"]["results"]) == len(WORDS), "one call of each is below the cap, all together are not"
    nodes["llm"] = ("llm", {"max_cost_usd": 0.001})
    end = await talk.bench.run(nodes, *links)
    assert {error["code"] for error in end.outputs["each"]["errors"]} == {"budget_per_loop"}
    assert (end.status, talk.openai.count) == ("succeeded", len(WORDS))


async def test_a_workflow_is_called_for_each_item(house: House) -> None:
    nodes = {
        "lists": {"type": "input", "values": {"type": "list", "default": "[[1, 2], [], [5]]"}},
        "each": {"type": "for_each", "values": {"width": 2}},
        "call": {"type": "call_workflow", "values": {"workflow": "doubled"}},
        "sums": {"type": "output"},
    }
    links = ("lists.value -> each.items", "each.item -> call.input", "call.output -> each.result")
    result = await house.calls.call(house.read(flow(nodes, *links, "each.results -> sums.value")), {})
    assert result.outputs["sums"] == [[2, 4], [], [10]]


async def test_cancelling_a_loop_of_calls_cancels_what_was_called(house: House) -> None:
    await keep(
        house,
        "slow",
        flow(
            {"words": {"type": "input"}, "wait": {"type": "wait", "values": {"wait_time_seconds": 60}}},
            "words.value -> wait.trigger",
        ),
    )
    nodes = {
        "items": {"type": "input", "values": {"type": "list", "default": '["a", "b", "c"]'}},
        "each": {"type": "for_each", "values": {"width": 2}},
        "call": {"type": "call_workflow", "values": {"workflow": "slow"}},
    }
    links = ("items.value -> each.items", "each.item -> call.input", "call.output -> each.result")
    run_id = await house.runs.start(house.read(flow(nodes, *links)))
    while len(house.runs.running()) < 3:  # noqa: ASYNC110 - the called runs tell nobody else that they began
        await asyncio.sleep(0.001)
    everything = [run["run_id"] for run in house.runs.running()]
    await house.runs.cancel(run_id)
    await house.runs.wait(run_id)
    assert {(await house.runs.status(each)) for each in everything} == {"cancelled"}


async def test_a_loop_that_failed_goes_on_without_paying_again(house: House, openai: StandIn) -> None:
    broken = True

    def respond(request: dict[str, Any]) -> Turn:
        asked = request["messages"][-1]["content"]
        return Turn("", fault="401") if broken and asked == "green" else Turn(asked.upper())

    openai.chat.respond = respond
    nodes = {
        "words": {"type": "input", "values": {"type": "list", "default": json.dumps(WORDS)}},
        "each": {"type": "for_each", "values": {"width": 2}},
        "llm": {"type": "llm"},
        "said": {"type": "output"},
    }
    links = ("words.value -> each.items", "each.item -> llm.prompt", "llm.response -> each.result")
    run_id = await house.runs.start(house.read(flow(nodes, *links, "each.results -> said.value")))
    failed = await house.runs.wait(run_id)
    assert failed is not None
    assert [error.code for error in failed.errors][-1] == "item_failed"
    broken = False
    before = [request["messages"][-1]["content"] for request in openai.chat.requests]
    finished = await house.runs.wait(await house.runs.resume(run_id))
    assert finished is not None
    assert finished.outputs["said"] == {"value": [word.upper() for word in WORDS]}
    again = [request["messages"][-1]["content"] for request in openai.chat.requests][len(before) :]
    assert sorted(again) == sorted(["green", *(word for word in WORDS if word not in before)])


# ---- paid work in workflows that are called ----

ASKING = flow(
    {"words": {"type": "input", "values": {"required": True}}, "llm": {"type": "llm"}, "said": {"type": "output"}},
    *("words.value -> llm.prompt", "llm.response -> said.value"),
    description="Asks the model.",
)


def calls_for(items: list[str], then: str = "", **values: Any) -> dict[str, Any]:
    """Return a workflow that calls `asking` for each item, and has a node of type `then` after the loop."""
    nodes = {
        "items": {"type": "input", "values": {"type": "list", "default": json.dumps(items)}},
        "each": {"type": "for_each", "values": values},
        "call": {"type": "call_workflow", "values": {"workflow": "asking"}},
        "said": {"type": "output"},
        **({"then": {"type": then}} if then else {}),
    }
    links = ("items.value -> each.items", "each.item -> call.input", "call.output -> each.result")
    return flow(nodes, *links, "each.results -> said.value")


def prompts(openai: StandIn) -> list[str]:
    return [request["messages"][-1]["content"] for request in openai.chat.requests]


async def ended(house: House, run_id: str) -> Any:
    finished = await house.runs.wait(run_id)
    assert finished is not None
    return finished


async def test_a_run_that_goes_on_does_not_pay_again_in_the_workflows_it_calls(house: House, openai: StandIn) -> None:
    await keep(house, "asking", ASKING)
    words = ["red", "blue", "red", "green", "red"]
    broken = True
    openai.chat.respond = lambda request: (
        Turn("", fault="401")
        if broken and request["messages"][-1]["content"] == "green"
        else Turn(f"{len(openai.chat.requests)}")
    )
    run_id = await house.runs.start(house.read(calls_for(words, width=2)))
    failed = await ended(house, run_id)
    assert [error.code for error in failed.errors] == ["workflow_failed", "item_failed"]
    before = prompts(openai)
    broken = False
    finished = await ended(house, await house.runs.resume(run_id))
    assert finished.status == "succeeded", finished.errors
    after = prompts(openai)[len(before) :]
    assert sorted(after) == sorted([*("green",), *(["red"] * (3 - before.count("red")))])
    answers = finished.outputs["said"]["value"]
    assert len(set(answers)) == len(words), "equal items have answers of their own"


async def test_a_called_run_that_may_have_been_charged_waits_for_the_person(house: House, openai: StandIn) -> None:
    await keep(house, "asking", ASKING)
    openai.chat.script = [Turn("", fault="stallfirst")]
    run_id = await house.runs.start(house.read(calls_for(["red"])))
    await openai.stalling.wait()
    for live in [run["run_id"] for run in house.runs.running()]:
        await house.runs.cancel(live)
    await ended(house, run_id)
    await house.store.database.execute(update(receipts).values(state="unknown"))  # as if it was cut off
    again = await ended(house, await house.runs.resume(run_id))
    assert [error.code for error in again.errors] == ["maybe_charged", "maybe_charged"]
    assert openai.count == 1
    finished = await ended(house, await house.runs.resume(run_id, retry_unknown=True))
    assert finished.status == "succeeded", finished.errors
    assert openai.count == 2


@pytest.mark.parametrize("kind", ["for_each", "catch"])
async def test_no_loop_goes_on_without_the_word_of_the_person(house: House, openai: StandIn, kind: str) -> None:
    values = {"on_error": "continue", "width": 2} if kind == "for_each" else {"attempts": 3}
    given_to = ["red", "blue"] if kind == "for_each" else "red"
    sends, takes, gives = ("item", "items", "results") if kind == "for_each" else ("attempt", "value", "output")
    nodes = {
        "items": {"type": "input", "values": {"type": "any", "default": json.dumps(given_to)}},
        "loop": {"type": kind, "values": values},
        "llm": {"type": "llm"},
        "after": {"type": "output"},
    }
    links = (f"items.value -> loop.{takes}", f"loop.{sends} -> llm.prompt", "llm.response -> loop.result")
    run_id = await house.runs.start(house.read(flow(nodes, *links, f"loop.{gives} -> after.value")))
    made = 2 if kind == "for_each" else 1
    assert (await ended(house, run_id)).status == "succeeded"
    first = (await house.store.ledger.of_run(run_id))[0]
    gone = update(receipts).where(receipts.c.id == first.id).values(state="unknown")
    await house.store.database.execute(gone)
    await house.store.database.execute(update(runs).where(runs.c.id == run_id).values(status="interrupted"))
    (house.settings.data_dir / "receipts" / f"{first.id}.raw").unlink()
    again = await ended(house, await house.runs.resume(run_id))
    assert again.status == "failed"
    assert {error.code for error in again.errors} == {"maybe_charged"}
    assert "after" not in again.outputs, "what is not whole does not go on"
    assert openai.count == made
    finished = await ended(house, await house.runs.resume(again.run_id, retry_unknown=True))
    assert finished.status == "succeeded"
    assert openai.count == made + 1


async def test_a_cap_that_is_broken_in_a_called_workflow_ends_the_loop_around_it(
    tmp_path: Path, openai: StandIn
) -> None:
    settings = chosen(tmp_path, openai_base_url=openai.url, max_cost_usd_per_run=0.02)
    async with open_house(settings, exclusive=False) as house:
        await house.store.secrets.set("openai", KEY)
        await keep(house, "asking", ASKING)
        finished = await ended(
            house, await house.runs.start(house.read(calls_for(WORDS * 20, on_error="continue", width=4)))
        )
    assert finished.status == "failed"
    assert {error.code for error in finished.errors} == {"budget_per_run"}
    assert "each" not in finished.outputs
    assert openai.count < 100
