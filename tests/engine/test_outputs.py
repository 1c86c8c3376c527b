"""What functions return and raise, as the engine reads it."""

from __future__ import annotations

import pytest

from nodebuilder.engine.outputs import crashed, of_slot, shown, split
from nodebuilder.engine.plan import PlannedNode, compile_plan
from nodebuilder.errors import NodeError
from nodebuilder.node import NodeType
from nodebuilder.registry import Registry
from nodebuilder.values import SKIP
from tests.engine.harness import flow
from tests.engine.samples import Slots, Way, double, number, spread, text


def planned(node_type: NodeType) -> PlannedNode:
    if node_type is spread:
        return compile_plan(flow({"t": text, "s": spread}, "t.output -> s.values[0]"), Registry((text, spread))).nodes[
            1
        ]
    return compile_plan(flow({"n": node_type}), Registry((node_type,))).nodes[0]


def test_skipped_outputs_are_absent() -> None:
    assert split(planned(double), Way(1, SKIP)) == {"again": 1}  # type: ignore[arg-type] - SKIP may stand for any
    assert split(planned(number), SKIP) == {}
    assert split(planned(number), 0) == {"output": 0}


@pytest.mark.parametrize("returned", [3, (1,), Slots([1])])
def test_a_return_of_another_shape_is_an_error_that_names_the_node(returned: object) -> None:
    with pytest.raises(NodeError) as caught:
        split(planned(double), returned)
    assert caught.value.code == "wrong_return"


def test_an_array_output_must_be_a_list() -> None:
    with pytest.raises(NodeError, match="Output items of Spread has slots"):
        split(planned(spread), ("text",))


def test_slots_beyond_the_list_are_skipped_and_skipped_ones_are_shown_as_none() -> None:
    assert of_slot([1, SKIP], 0) == 1
    assert of_slot([1, SKIP], 1) is SKIP
    assert of_slot([1], 5) is SKIP
    assert shown({"items": [1, SKIP], "plain": 2}, {"items": {}}) == {"items": [1, None], "plain": 2}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("bad"), "Number crashed: ValueError: bad."),
        (KeyError(), "Number crashed: KeyError."),
        (RuntimeError("ends so."), "Number crashed: RuntimeError: ends so."),
        (RuntimeError("two\nlines"), "Number crashed: RuntimeError: two lines."),
    ],
)
def test_a_crash_is_told_in_one_sentence(error: Exception, said: str) -> None:
    told = crashed(planned(number), error)
    assert told.message == said
    assert told.__cause__ is error
    assert "number" in told.remedy
