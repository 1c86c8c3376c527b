"""Why a start node never fired."""

from __future__ import annotations

from nodebuilder.engine.circles import never_fired
from nodebuilder.engine.plan import compile_plan
from nodebuilder.engine.rounds import first_states
from nodebuilder.engine.state import NodeState
from nodebuilder.registry import Registry
from tests.engine.harness import Harness, flow
from tests.engine.samples import add, hand_on, number


def states(*links: str, start: str) -> list[NodeState]:
    workflow = flow({"a": add, "b": add, "c": add, "d": add, "n": number}, *links)
    return first_states(compile_plan(workflow, Registry((add, number)), start=start), {})


def test_the_circle_is_named_even_when_the_start_only_leads_to_it() -> None:
    found = states(
        *("n.output -> a.a", "b.output -> a.b", "n.output -> b.a", "c.output -> b.b", "n.output -> c.a"),
        *("d.output -> c.b", "n.output -> d.a", "b.output -> d.b"),
        start="a",
    )
    found[4].number = 1
    error = never_fired(found[0], found)
    assert error.code == "circle"
    assert "b → c → d → b" in error.message


def test_without_a_circle_the_missing_inputs_are_named() -> None:
    found = states(
        *("n.output -> a.a", "n.output -> a.b", "n.output -> b.a", "n.output -> b.b", "n.output -> c.a"),
        *("n.output -> c.b", "n.output -> d.a", "n.output -> d.b"),
        start="a",
    )
    error = never_fired(found[0], found)
    assert error.code == "never_fired"
    assert "a, b" in error.message


async def test_a_circle_of_plain_inputs_is_named_too(harness: Harness) -> None:
    finished = await harness.run({"a": hand_on, "b": hand_on}, "a.output -> b.value", "b.output -> a.value", start="a")
    assert finished.status == "failed"
    assert "a → b → a" in finished.errors[0].message
