"""Which way a call takes to each tool, read off the links."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from nodebuilder.engine.toolways import Toolway, toolways
from nodebuilder.node import NodeType
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.engine.callers import asks_further, caller, echo, relay
from tests.engine.samples import hand_on, number, show

TYPES = {
    "llm": caller,
    "other": caller,
    "a": echo,
    "b": echo,
    "there": relay,
    "back": relay,
    "n": number,
    "deep": asks_further,
}
HOME = "a.output -> llm.tools[0]"


def ways(*links: str, types: Mapping[str, NodeType] = TYPES, of: str = "llm") -> dict[int, Toolway]:
    parsed = tuple(link for text in links if (link := Link.parse(text)))
    assert len(parsed) == len(links)
    nodes = {name: Node(name, kind.type) for name, kind in types.items()}
    return toolways(Workflow(nodes=nodes, links=parsed), {name: kind.definition for name, kind in types.items()})[of]


def test_one_link_is_enough_the_tool_is_called_straight() -> None:
    assert ways(HOME) == {0: Toolway(called="a", answers=True)}


def test_two_links_lead_there_and_back() -> None:
    assert ways(HOME, "llm.tool_calls[0] -> a.tool_call") == {0: Toolway(by_slot=0, answers=True)}


def test_crossed_slots_still_lead_each_call_to_its_tool() -> None:
    links = (HOME, "b.output -> llm.tools[1]", "llm.tool_calls[0] -> b.tool_call", "llm.tool_calls[1] -> a.tool_call")
    assert {slot: way.by_slot for slot, way in ways(*links).items()} == {0: 1, 1: 0}


def test_of_several_slots_that_lead_to_a_tool_its_own_is_taken() -> None:
    links = (HOME, "a.output -> llm.tools[3]", *(f"llm.tool_calls[{slot}] -> a.tool_call" for slot in (1, 3)))
    assert {slot: way.by_slot for slot, way in ways(*links).items()} == {0: 1, 3: 3}


def test_one_tool_by_two_links_beside_one_by_one_link() -> None:
    found = ways(HOME, "b.output -> llm.tools[1]", "llm.tool_calls[0] -> a.tool_call")
    assert found == {0: Toolway(by_slot=0, answers=True), 1: Toolway(called="b", answers=True)}


@pytest.mark.parametrize("back", [(HOME,), ("a.output -> back.value", "back.output -> llm.tools[0]")])
def test_other_nodes_may_stand_between_on_the_way_there(back: tuple[str, ...]) -> None:
    found = ways(*back, "llm.tool_calls[0] -> there.value", "there.output -> a.tool_call")
    assert found == {0: Toolway(by_slot=0, answers=True)}


def test_other_nodes_may_stand_on_the_way_back_alone() -> None:
    links = ("a.output -> back.value", "back.output -> llm.tools[0]", "llm.tool_calls[0] -> a.tool_call")
    assert ways(*links) == {0: Toolway(by_slot=0, answers=True)}


def test_what_is_no_tool_and_leads_nowhere_has_no_way() -> None:
    assert ways("n.output -> llm.tools[2]") == {2: Toolway()}


def test_calls_that_leave_the_canvas_are_not_answered() -> None:
    types = {**TYPES, "out": show}
    assert ways("n.output -> llm.tools[0]", "llm.tool_calls[0] -> out.value", types=types) == {0: Toolway(by_slot=0)}


@pytest.mark.parametrize("socket", ["prompt", "tools[1]"])
def test_a_way_back_ends_at_the_tools(socket: str) -> None:
    links = ("n.output -> llm.tools[0]", "llm.tool_calls[0] -> there.value", "there.output -> back.value")
    assert ways(*links, f"back.output -> llm.{socket}")[0] == Toolway(by_slot=0, answers=socket != "prompt")


def test_a_call_that_goes_to_its_own_caller_is_not_answered() -> None:
    links = ("n.output -> llm.tools[0]", "llm.tool_calls[0] -> llm.prompt", "llm.answers -> back.value")
    assert ways(*links, "back.output -> llm.tools[1]")[0].answers is False


def test_a_circle_beside_the_way_does_no_harm() -> None:
    types = {**TYPES, "x": hand_on, "y": hand_on}
    links = ("llm.tool_calls[0] -> x.value", "x.output -> y.value", "y.output -> x.value", "n.output -> llm.tools[0]")
    assert ways(*links, types=types)[0] == Toolway(by_slot=0)


def test_several_callers_have_their_own_ways() -> None:
    links = (HOME, "a.output -> other.tools[2]", "other.tool_calls[2] -> a.tool_call")
    assert ways(*links) == {0: Toolway(called="a", answers=True)}
    assert ways(*links, of="other") == {2: Toolway(by_slot=2, answers=True)}


def test_a_tool_may_call_tools() -> None:
    links = ("deep.output -> llm.tools[0]", "a.output -> deep.tools[0]")
    assert ways(*links)[0] == Toolway(called="deep", answers=True)
    assert ways(*links, of="deep")[0] == Toolway(called="a", answers=True)


def test_a_workflow_without_callers_has_no_ways() -> None:
    assert toolways(Workflow(nodes={"n": Node("n", "number")}), {"n": number.definition}) == {}


@pytest.mark.parametrize("two_links", [False, True])
def test_a_thousand_tools_are_found(two_links: bool) -> None:
    types = {"llm": caller, **{f"t{number}": echo for number in range(1000)}}
    links = [f"t{number}.output -> llm.tools[{number}]" for number in range(1000)]
    if two_links:
        links += [f"llm.tool_calls[{number}] -> t{(number + 7) % 1000}.tool_call" for number in range(1000)]
    found = ways(*links, types=types)
    assert len(found) == 1000
    assert all(way.answers for way in found.values())
    assert all(way.by_slot == (slot - 7) % 1000 for slot, way in found.items()) is two_links
