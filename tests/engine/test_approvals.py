"""Calls that wait for a person: asked once each, by an id of their own, answered once, and never left open."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from nodebuilder.engine.limits import Limits
from nodebuilder.engine.runner import RunHandle
from nodebuilder.node import NodeType
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.engine.callers import asks_further, caller, echo, give_call
from tests.engine.harness import Harness
from tests.engine.samples import number, show

TYPES: dict[str, NodeType] = {
    "n": number, "llm": caller, "tool": echo, "hand": give_call, "seen": show, "inner": asks_further,
}  # fmt: skip
MODEL = ("n.output -> llm.prompt", "tool.output -> llm.tools[0]")
DIRECT = ("hand.output -> tool.tool_call", "tool.output -> seen.value")


def start(harness: Harness, *links: str, **values: dict[str, Any]) -> RunHandle:
    """Start a run whose tool asks."""
    parsed = tuple(link for text in links if (link := Link.parse(text)))
    used = {end.node for link in parsed for end in (link.source, link.target)}
    nodes = {
        name: Node(name, TYPES[name].type, values=values.get(name, {}), ask=name == "tool")
        for name in TYPES
        if name in used
    }
    for name in used:
        harness.registry.add(TYPES[name])
    harness.events.clear()
    return harness.runner.start(Workflow(nodes=nodes, links=parsed))


async def asked(harness: Harness, times: int = 1) -> list[Any]:
    for _ in range(2000):
        if len(found := harness.told("approval_asked")) >= times:
            return found
        await asyncio.sleep(0.001)
    raise AssertionError(f"asked {len(harness.told('approval_asked'))} times")


def calling(harness: Harness) -> list[dict[str, Any]]:
    return harness.events[-1].outputs["llm"]["answers"]  # pyright: ignore[reportAttributeAccessIssue]


async def test_calls_of_one_id_are_asked_apart_and_answered_in_any_order(harness: Harness) -> None:
    handle = start(harness, *MODEL, llm={"times": 3})
    questions = await asked(harness, 3)
    assert len({question.call_id for question in questions}) == 3
    assert [question.arguments["n"] for question in questions] == [0, 1, 2]
    for question in reversed(questions):
        assert handle.decide(question.call_id, approved=question.arguments["n"] != 1, reason="no")
    finished = await handle.result()
    assert finished.status == "succeeded", finished.errors
    assert ["result" in answer for answer in calling(harness)] == [True, False, True]
    assert calling(harness)[1]["error"] == "The person refused this call: no."
    given = [(event.call_id, event.approved) for event in harness.told("approval_given")]
    assert given == [(each.call_id, each.arguments["n"] != 1) for each in reversed(questions)]


async def test_the_definition_needs_no_leave(harness: Harness) -> None:
    handle = start(harness, *MODEL)
    [question] = await asked(harness)
    assert question.firing == 2
    handle.decide(question.call_id, approved=True)
    await handle.result()


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize("as_text", [False, True], ids=["an object", "text"])
async def test_a_call_of_a_person_is_asked_too_and_shown_as_it_came(
    harness: Harness, approved: bool, as_text: bool
) -> None:
    handle = start(harness, *DIRECT, hand={"call_id": "my call", "as_text": as_text})
    [question] = await asked(harness)
    assert question.name == "echo"
    assert "100" in str(question.arguments)
    assert not handle.done
    assert handle.decide(question.call_id, approved=approved)
    finished = await handle.result()
    assert finished.status == "succeeded", finished.errors
    [shown] = [each["data"] for each in finished.displayed]
    assert ("result" in shown) is approved
    assert ("refused" in str(shown.get("error"))) is not approved


async def test_a_call_without_an_id_is_asked_under_the_name_of_its_firing(harness: Harness) -> None:
    handle = start(harness, *DIRECT, hand={"call_id": ""})
    [question] = await asked(harness)
    assert question.call_id
    assert handle.decide(question.call_id, approved=True)
    assert (await handle.result()).status == "succeeded"


async def test_a_person_and_a_model_may_ask_under_the_same_id(harness: Harness) -> None:
    handle = start(harness, *MODEL, *DIRECT, hand={"call_id": "c"})
    questions = await asked(harness, 2)
    assert len({question.call_id for question in questions}) == 2
    for question in questions:
        assert handle.decide(question.call_id, approved=question.arguments["n"] == 0)
    finished = await handle.result()
    assert calling(harness)[0]["result"]["n"] == 0
    assert any("refused" in str(each["data"].get("error")) for each in finished.displayed)


async def test_nobody_asks_for_more_calls_than_may_be_under_way() -> None:
    harness = Harness(limits=Limits(calls_at_once=2))
    handle = start(harness, *MODEL, llm={"times": 4})
    for number_asked in range(1, 5):
        question = (await asked(harness, number_asked))[number_asked - 1]
        assert handle.decide(question.call_id, approved=True)
    assert (await handle.result()).status == "succeeded"
    await harness.runner.close()


async def test_the_time_of_the_person_does_not_count_for_any_call_that_waits(harness: Harness) -> None:
    """Neither for the call itself, nor for that of the tool which made it."""
    links = ("n.output -> llm.prompt", "inner.output -> llm.tools[0]", "tool.output -> inner.tools[0]")
    handle = start(harness, *links, llm={"seconds": 0.05})
    [question] = await asked(harness)
    await asyncio.sleep(0.15)
    assert not handle.done
    assert handle.decide(question.call_id, approved=True)
    finished = await handle.result()
    assert finished.status == "succeeded"
    assert calling(harness)[0]["result"]["result"]["n"] == 0


async def test_a_question_is_closed_when_the_run_is_cancelled(harness: Harness) -> None:
    handle = start(harness, *MODEL, llm={"times": 2})
    questions = await asked(harness, 2)
    handle.cancel()
    assert (await handle.result()).status == "cancelled"
    given = {event.call_id: event.approved for event in harness.told("approval_given")}
    assert given == {question.call_id: False for question in questions}
    assert not any(handle.decide(question.call_id, approved=True) for question in questions)
