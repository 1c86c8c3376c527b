"""How calls of tools travel through a run: by links or straight, side by side, late, lost, stopped and foreign."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import pytest

from nodebuilder.context import Context
from nodebuilder.engine.calls import FAILED, NO_ANSWER
from nodebuilder.engine.limits import Limits
from nodebuilder.events import NodeFailed, NodeFinished, NodeFired
from nodebuilder.node import NodeType, node
from nodebuilder.widgets import DoNotWait
from tests.engine.callers import asks_further, break_down, caller, copy, echo, give_call, relay, silent
from tests.engine.harness import Harness
from tests.engine.samples import hand_on, number, show, slow

Nodes = dict[str, NodeType | tuple[NodeType, dict[str, Any]]]
ASKED = "n.output -> llm.prompt"
HOME = "tool.output -> llm.tools[0]"
THERE = "llm.tool_calls[0] -> tool.tool_call"


def answers(harness: Harness, name: str = "llm") -> list[dict[str, Any]]:
    return harness.events[-1].outputs[name]["answers"]  # pyright: ignore[reportAttributeAccessIssue]


def check_ends(harness: Harness) -> None:
    """Every firing that began has ended, once, and in a run that was not stopped none is left over."""
    began = [(event.node, event.firing) for event in harness.events if isinstance(event, NodeFired)]
    ended = [(event.node, event.firing) for event in harness.events if isinstance(event, NodeFinished | NodeFailed)]
    assert sorted(began) == sorted(ended)
    assert len(set(began)) == len(began)


@pytest.mark.parametrize("links", [(), (THERE,)], ids=["one link", "two links"])
async def test_a_call_goes_there_and_its_result_comes_back(harness: Harness, links: tuple[str, ...]) -> None:
    nodes: Nodes = {"n": number, "llm": caller, "tool": echo}
    finished = await harness.run(nodes, ASKED, HOME, *links)
    assert finished.status == "succeeded", finished.errors
    assert answers(harness) == [{"id": "c", "result": {"n": 0, "value": 1, "calling": "c"}}]
    assert (harness.fired("llm"), harness.fired("tool"), finished.waiting) == (1, 2, ())
    check_ends(harness)


async def test_calls_with_one_id_are_told_apart_and_worked_on_side_by_side(harness: Harness) -> None:
    nodes: Nodes = {"n": number, "llm": (caller, {"times": 6}), "tool": (echo, {"seconds": 0.02})}
    await harness.run(nodes, ASKED, HOME)
    assert [answer["result"]["n"] for answer in answers(harness)] == [0, 1, 2, 3, 4, 5]
    assert {answer["id"] for answer in answers(harness)} == {"c"}
    assert len({answer["result"]["calling"] for answer in answers(harness)}) == 6
    kinds = [event.kind for event in harness.events if getattr(event, "node", "") == "tool"]
    assert kinds.count("node_fired") == 7
    first_end = next(at for at, kind in enumerate(kinds[2:], 2) if kind == "node_finished" and at > 2)
    assert kinds[:first_end].count("node_fired") == 7, "all are begun before the first of them ends"
    check_ends(harness)


@pytest.mark.parametrize("at_once", [1, 2, 3])
async def test_no_more_firings_at_once_than_the_limit(at_once: int) -> None:
    harness = Harness(limits=Limits(calls_at_once=at_once))
    nodes: Nodes = {"n": number, "llm": (caller, {"times": 7}), "tool": (echo, {"seconds": 0.002})}
    finished = await harness.run(nodes, ASKED, HOME)
    assert [answer["result"]["n"] for answer in answers(harness)] == list(range(7))
    flying, most = 0, 0
    for event in harness.events:
        if getattr(event, "node", "") == "tool":
            flying += isinstance(event, NodeFired)
            flying -= isinstance(event, NodeFinished)
            most = max(most, flying)
    assert (most, flying, finished.status) == (at_once, 0, "succeeded")
    await harness.runner.close()


async def test_a_node_in_line_while_a_firing_of_it_ends_is_not_put_in_line_twice(harness: Harness) -> None:
    fired: list[Any] = []

    @node
    async def uneven(ctx: Context, tool_call: Annotated[Any, DoNotWait()] = None) -> Any:
        if tool_call is None:
            return {"name": "uneven", "input_schema": {"type": "object"}}
        fired.append(tool_call["arguments"]["n"])
        for _ in range(tool_call["arguments"]["n"] % 3):
            await asyncio.sleep(0)
        return {"id": tool_call["id"], "result": tool_call["arguments"]["n"]}

    nodes: Nodes = {"n": number, "llm": (caller, {"times": 60}), "tool": uneven}
    finished = await harness.run(nodes, ASKED, HOME)
    assert sorted(fired) == list(range(60)), "each call once, and no firing without one"
    assert [answer["result"] for answer in answers(harness)] == list(range(60))
    assert finished.firings == 1 + 1 + 1 + 60
    check_ends(harness)


@pytest.mark.parametrize("hand", [relay, copy], ids=["the same object", "a copy"])
async def test_other_nodes_may_stand_on_both_ways(harness: Harness, hand: NodeType) -> None:
    nodes: Nodes = {"n": number, "llm": (caller, {"times": 3}), "tool": echo, "there": hand, "back": hand}
    links = ("llm.tool_calls[0] -> there.value", "there.output -> tool.tool_call", "tool.output -> back.value")
    finished = await harness.run(nodes, ASKED, *links, "back.output -> llm.tools[0]")
    assert finished.status == "succeeded", finished.errors
    assert [answer["result"]["n"] for answer in answers(harness)] == [0, 1, 2]
    assert all(answer["result"]["calling"] for answer in answers(harness))
    check_ends(harness)


async def test_several_callers_get_their_own_results(harness: Harness) -> None:
    nodes: Nodes = {
        "one": (number, {"value": 1.0}), "two": (number, {"value": 2.0}),
        "llm": (caller, {"times": 3}), "other": (caller, {"times": 2}), "tool": (echo, {"seconds": 0.001}),
    }  # fmt: skip
    links = ("one.output -> llm.prompt", "two.output -> other.prompt", HOME, "tool.output -> other.tools[4]")
    await harness.run(nodes, *links)
    assert [answer["result"]["value"] for answer in answers(harness)] == [1, 1, 1]
    assert [answer["result"]["value"] for answer in answers(harness, "other")] == [2, 2]
    check_ends(harness)


# ---- tools that fail, hang or say nothing ----


@pytest.mark.parametrize(
    ("how", "told"),
    [("raise", "crashed: RuntimeError: boom"), ("again", "Say it in another way."), ("input", "no such thing")],
)
@pytest.mark.parametrize("seconds", [0.0, 0.005])
async def test_a_failure_goes_to_the_caller_and_the_tool_goes_on(
    harness: Harness, how: str, told: str, seconds: float
) -> None:
    nodes: Nodes = {"n": number, "llm": (caller, {"times": 2}), "tool": (break_down, {"how": how, "seconds": seconds})}
    finished = await harness.run(nodes, ASKED, HOME)
    assert (finished.status, finished.errors) == ("succeeded", ())
    assert all(told in answer["error"] for answer in answers(harness))
    assert any(event.level == "error" for event in harness.told("node_logged"))
    check_ends(harness)


async def test_a_call_that_takes_too_long_is_stopped_and_the_run_goes_on(harness: Harness) -> None:
    nodes: Nodes = {
        "n": number, "llm": (caller, {"seconds": 0.02}), "tool": (echo, {"seconds": 3600.0}), "after": hand_on,
    }  # fmt: skip
    finished = await harness.run(nodes, ASKED, HOME, "llm.answers -> after.value")
    assert (finished.status, finished.errors) == ("succeeded", ())
    assert "did not answer within 0.02 seconds" in answers(harness)[0]["error"]
    assert harness.fired("after") == 1
    check_ends(harness)


async def test_calls_in_line_wait_their_turn_without_a_clock() -> None:
    harness = Harness(limits=Limits(calls_at_once=1))
    nodes: Nodes = {"n": number, "llm": (caller, {"times": 5, "seconds": 0.02}), "tool": (echo, {"seconds": 3600.0})}
    finished = await harness.run(nodes, ASKED, HOME)
    assert finished.status == "succeeded"
    assert all("did not answer" in answer["error"] for answer in answers(harness))
    assert harness.fired("tool") == 6, "to describe itself, and each call in its turn"
    await harness.runner.close()


async def test_what_a_tool_gives_too_late_harms_nobody(harness: Harness) -> None:
    nodes: Nodes = {
        "n": number, "llm": (caller, {"seconds": 0.02, "after": 0.1}), "tool": echo, "back": (relay, {"seconds": 0.05}),
    }  # fmt: skip
    links = (THERE, "tool.output -> back.value", "back.output -> llm.tools[0]")
    finished = await harness.run(nodes, ASKED, *links)
    assert finished.status == "succeeded"
    assert "did not answer" in answers(harness)[0]["error"]
    assert (harness.fired("llm"), finished.waiting) == (1, ())
    check_ends(harness)


async def test_giving_up_a_call_does_not_stop_who_works_on_in_the_same_task(harness: Harness) -> None:
    """The tool is done with its call and gave no result; its task has gone on with another node when the time is up."""
    nodes: Nodes = {
        "n": number, "llm": (caller, {"seconds": 0.05}), "tool": (silent, {"seconds": 0.005, "says": "hm"}),
        "next": (slow, {"seconds": 0.2}), "seen": show,
    }  # fmt: skip
    finished = await harness.run(nodes, ASKED, HOME, THERE, "tool.output -> next.value", "next.output -> seen.value")
    assert finished.status == "succeeded", finished.errors
    assert "did not answer within" in answers(harness)[0]["error"]
    assert [shown["data"] for shown in finished.displayed][-1] == "hm"
    check_ends(harness)


async def test_a_tool_that_gives_no_result_is_not_waited_for_when_nobody_works(harness: Harness) -> None:
    nodes: Nodes = {"n": number, "llm": (caller, {"times": 3}), "tool": silent}
    finished = await harness.run(nodes, ASKED, HOME)
    assert finished.status == "succeeded"
    assert {answer["error"] for answer in answers(harness)} == {NO_ANSWER}
    check_ends(harness)


async def test_a_caller_that_is_stopped_stops_its_tool(harness: Harness) -> None:
    """A tool that calls a tool is given up: the one that it called is stopped with it."""
    nodes: Nodes = {
        "n": number, "llm": (caller, {"seconds": 0.05, "after": 0.02}), "inner": asks_further,
        "deep": (echo, {"seconds": 3600.0}),
    }  # fmt: skip
    finished = await harness.run(nodes, ASKED, "inner.output -> llm.tools[0]", "deep.output -> inner.tools[0]")
    assert finished.status == "succeeded", finished.errors
    assert "did not answer" in answers(harness)[0]["error"]
    check_ends(harness)


async def test_calls_reach_through_a_tool_that_calls(harness: Harness) -> None:
    nodes: Nodes = {"n": number, "llm": (caller, {"times": 4}), "inner": asks_further, "deep": echo}
    finished = await harness.run(nodes, ASKED, "inner.output -> llm.tools[0]", "deep.output -> inner.tools[0]")
    assert finished.status == "succeeded", finished.errors
    assert [answer["result"]["result"]["n"] for answer in answers(harness)] == [0, 1, 2, 3]
    check_ends(harness)


@pytest.mark.parametrize("seconds", [0.0, 3600.0], ids=["soon", "under way"])
async def test_a_run_can_be_cancelled_while_calls_are_under_way(harness: Harness, seconds: float) -> None:
    nodes: Nodes = {"n": number, "llm": (caller, {"times": 20}), "tool": (echo, {"seconds": seconds})}
    handle = harness.start(nodes, ASKED, HOME)
    for _ in range(1000):
        if harness.fired("tool") >= 3:
            break
        await asyncio.sleep(0)
    handle.cancel()
    finished = await handle.result()
    assert finished.status == "cancelled"
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []
    assert harness.events[-1] is finished


# ---- calls that no model made ----


async def test_a_direct_call_with_the_id_of_a_models_call_is_another_one(harness: Harness) -> None:
    nodes: Nodes = {
        "n": number, "llm": (caller, {"times": 1, "after": 0.02}), "tool": (echo, {"seconds": 0.01}),
        "hand": (give_call, {"call_id": "c"}), "seen": show,
    }  # fmt: skip
    links = (HOME, "hand.output -> tool.tool_call", "tool.output -> seen.value")
    finished = await harness.run(nodes, ASKED, *links)
    assert finished.status == "succeeded", finished.errors
    assert [answer["result"]["n"] for answer in answers(harness)] == [0]
    shown = [each["data"] for each in finished.displayed]
    direct = [each["result"] for each in shown if "result" in each and each["result"]["n"] == 100]
    assert direct == [{"n": 100, "value": None, "calling": ""}]
    check_ends(harness)


async def test_a_direct_call_is_made_even_after_a_models_call_of_the_same_id(harness: Harness) -> None:
    nodes: Nodes = {
        "n": number,
        "llm": caller,
        "tool": echo,
        "later": (slow, {"seconds": 0.02}),
        "hand": copy,
        "seen": show,
    }

    @node
    async def a_call(value: Any) -> Any:
        return {"id": "c", "arguments": {"n": 7}}

    nodes["make"] = a_call
    links = ("llm.answers -> later.value", "later.output -> make.value", "make.output -> hand.value")
    finished = await harness.run(
        nodes, ASKED, HOME, *links, "hand.output -> tool.tool_call", "tool.output -> seen.value"
    )
    assert finished.status == "succeeded", finished.errors
    assert {"n": 7, "value": None, "calling": ""} in [each["data"].get("result") for each in finished.displayed]


@pytest.mark.parametrize("first", ["hand", "n"], ids=["the call first", "the prompt first"])
async def test_a_tool_that_is_called_directly_still_describes_itself(harness: Harness, first: str) -> None:
    """The call may wait at the tool, or be in line, when the caller asks for the definition."""
    hand: Nodes = {"hand": give_call, "n": number}
    nodes: Nodes = {first: hand[first], **hand, "llm": caller, "tool": echo}
    for slowly in (0.0, 0.01):
        finished = await harness.run(
            {**nodes, "tool": (echo, {"seconds": slowly})}, ASKED, HOME, "hand.output -> tool.tool_call"
        )
        assert (finished.status, finished.waiting) == ("succeeded", ()), finished.errors
        assert [answer["result"]["n"] for answer in answers(harness)] == [0]
        check_ends(harness)


async def test_calls_of_a_tool_that_has_failed_are_answered_at_once(harness: Harness) -> None:
    """A direct call crashes the tool; nobody waits for the time-out of the model's calls."""

    @node
    async def a_call(value: Any) -> Any:
        return {"id": "c", "arguments": {"n": 7}}

    nodes: Nodes = {
        "n": number, "llm": (caller, {"before": 0.1}), "tool": (break_down, {"seconds": 0.01}), "hand": a_call,
        "busy": (slow, {"seconds": 0.4}), "late": (slow, {"seconds": 0.03}),
    }  # fmt: skip
    links = ("n.output -> late.value", "late.output -> hand.value", "hand.output -> tool.tool_call")
    finished = await harness.run(nodes, ASKED, HOME, *links, "n.output -> busy.value")
    assert (finished.status, len(finished.errors)) == ("failed", 1)
    assert answers(harness)[0]["error"] == FAILED
    order = [event.node for event in harness.told("node_finished")]
    assert order.index("llm") < order.index("busy"), "it did not wait until nobody works"
    check_ends(harness)


async def test_calls_in_line_at_a_tool_that_fails_are_answered(harness: Harness) -> None:
    harness = Harness(limits=Limits(calls_at_once=1))

    @node
    async def fragile(ctx: Context, tool_call: Annotated[Any, DoNotWait()] = None) -> Any:
        if tool_call is None:
            return {"name": "fragile", "input_schema": {"type": "object"}}
        await asyncio.sleep(0.05)
        if not ctx.calling:
            raise RuntimeError("boom")
        return {"id": tool_call["id"], "result": 1}

    @node
    async def a_call(value: Any) -> Any:
        return {"id": "c", "arguments": {"n": 7}}

    nodes: Nodes = {
        "n": number, "llm": (caller, {"times": 3, "before": 0.02}), "tool": fragile, "hand": a_call,
        "late": (slow, {"seconds": 0.01}), "busy": (slow, {"seconds": 0.4}),
    }  # fmt: skip
    links = ("n.output -> late.value", "late.output -> hand.value", "hand.output -> tool.tool_call")
    finished = await harness.run(nodes, ASKED, HOME, *links, "n.output -> busy.value")
    assert (finished.status, len(finished.errors)) == ("failed", 1)
    assert [answer["error"] for answer in answers(harness)] == [FAILED] * 3
    order = [event.node for event in harness.told("node_finished")]
    assert order.index("llm") < order.index("busy")
    assert harness.fired("tool") == 2
    check_ends(harness)
    await harness.runner.close()
