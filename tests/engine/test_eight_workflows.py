"""The eight workflows that the existing system is tested with, rebuilt: every node fires exactly as often as drawn."""

from __future__ import annotations

import asyncio
from typing import Annotated

from nodebuilder.node import node
from nodebuilder.widgets import Array, DoNotWait
from tests.engine.harness import Harness
from tests.engine.samples import add, add_pushed, double, gather, number, show, slow, spread, text, texts


@node("concat_now")
async def concat_now(items: Annotated[list[str], Array(), DoNotWait()]) -> str:
    """Put together whatever is there, without waiting."""
    return "".join(items)


@node("late_number")
async def late_number(*, value: float = 10) -> float:
    """Give a number, after a while."""
    await asyncio.sleep(0.02)
    return value


async def test_1_a_start_node_pulls_both_of_its_numbers(harness: Harness) -> None:
    finished = await harness.run(
        {"a": (number, {"value": 100}), "b": (number, {"value": 10}), "add": add, "show": show},
        *("a.output -> add.a", "b.output -> add.b", "add.output -> show.value"),
        start="add",
    )
    assert finished.status == "succeeded"
    assert finished.outputs["add"] == {"output": 110}
    assert finished.firings == 4


async def test_2_arrays_are_filled_by_pushed_and_pulled_slots(harness: Harness) -> None:
    finished = await harness.run(
        {
            "begin": (text, {"value": "x"}),
            "p": (text, {"value": "p"}),
            "q": (text, {"value": "q"}),
            "join": texts,
        },
        *("begin.output -> join.second_2[0]", "begin.output -> join.first_1[2]", "p.output -> join.first_1[0]"),
        *("begin.output -> join.second_2[1]", "q.output -> join.plain"),
        start="begin",
    )
    assert finished.outputs["join"] == {"output": "px|xx|q"}
    assert [harness.fired(name) for name in ("begin", "p", "q", "join")] == [1, 1, 1, 1]


async def test_3_an_array_goes_in_and_out_slot_by_slot(harness: Harness) -> None:
    finished = await harness.run(
        {"a": (text, {"value": "a"}), "b": (text, {"value": "b"}), "spread": spread, "one": show, "rest": gather},
        *("a.output -> spread.values[0]", "b.output -> spread.values[1]", "b.output -> spread.values[2]"),
        *("spread.items[0] -> one.value", "spread.items[1] -> rest.values[0]", "spread.items[2] -> rest.values[1]"),
    )
    assert [shown["data"] for shown in finished.displayed] == ["a"]
    assert finished.outputs["rest"] == {"output": ["b", "b"]}
    assert harness.fired("rest") == 1


async def test_4_a_join_waits_for_a_pulled_value_that_takes_its_time(harness: Harness) -> None:
    finished = await harness.run(
        {"five": (number, {"value": 5}), "late": late_number, "add": add_pushed},
        *("five.output -> add.b", "late.output -> add.a"),
        start="five",
    )
    assert finished.outputs["add"] == {"output": 15}
    assert finished.firings == 3


async def test_5_a_loop_doubles_until_it_leaves_by_the_other_output(harness: Harness) -> None:
    finished = await harness.run(
        {"ten": (number, {"value": 10}), "double": double, "wait": slow, "out": show},
        *("ten.output -> double.begin", "double.again -> wait.value", "wait.output -> double.back"),
        "double.out -> out.value",
        start="ten",
    )
    assert [shown["data"] for shown in finished.displayed] == [160]
    assert harness.fired("double") == 5
    assert harness.fired("wait") == 4
    assert finished.waiting == ()


async def test_6_a_pulled_source_also_feeds_the_plain_input(harness: Harness) -> None:
    finished = await harness.run(
        {"ten": (number, {"value": 10}), "add": add_pushed, "show": show},
        *("ten.output -> add.a", "ten.output -> add.b", "add.output -> show.value"),
        start="add",
    )
    assert finished.outputs["add"] == {"output": 20}
    assert finished.firings == 3


async def test_7_values_of_one_firing_arrive_together(harness: Harness) -> None:
    finished = await harness.run(
        {"ten": (number, {"value": 10}), "add": add_pushed, "show": show},
        *("ten.output -> add.a", "ten.output -> add.b", "add.output -> show.value"),
        start="ten",
    )
    assert finished.outputs["add"] == {"output": 20}
    assert harness.fired("show") == 1


async def test_8_an_input_that_does_not_wait_fires_on_what_is_there(harness: Harness) -> None:
    finished = await harness.run(
        {"one": (text, {"value": "T1"}), "two": (text, {"value": "T2"}), "concat": concat_now},
        *("one.output -> concat.items[0]", "two.output -> concat.items[1]"),
        start="one",
    )
    assert finished.outputs["concat"] == {"output": "T1"}
    assert harness.fired("two") == 0
