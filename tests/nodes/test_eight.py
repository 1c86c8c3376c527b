"""The eight workflows that the existing system is tested with, rebuilt with the node types of the product."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from nodebuilder.events import RunFinished
from tests.workbench import Bench

Nodes = dict[str, tuple[str, dict[str, Any]]]


def text(value: str) -> tuple[str, dict[str, Any]]:
    return ("text", {"value": value})


def number(value: float) -> tuple[str, dict[str, Any]]:
    return ("number", {"value": value})


ASSERT: tuple[str, dict[str, Any]] = ("assert", {})
ADD: tuple[str, dict[str, Any]] = ("add", {})


async def passed(bench: Bench, nodes: Nodes, *links: str, start: str) -> tuple[RunFinished, Counter[str]]:
    """Run; every Assert node must have passed exactly once; return how often each node fired as well."""
    end = await bench.run(nodes, *links, start=start)
    assert end.errors == ()
    assert end.status == "succeeded"
    asserts = [name for name, (kind, _) in nodes.items() if kind == "assert"]
    lines = [event.node for event in bench.told("node_logged") if event.message.startswith("Assertion Passed")]
    assert sorted(lines) == sorted(asserts)
    return end, Counter(event.node for event in bench.told("node_fired"))


async def test_1_a_start_node_pulls_both_of_its_numbers(bench: Bench) -> None:
    _, fired = await passed(
        bench,
        {"a": number(100), "b": number(10), "sum": ADD, "want": number(110), "same": ASSERT},
        *("a.number_out -> sum.a", "b.number_out -> sum.b"),
        *("sum.result -> same.actual", "want.number_out -> same.expected"),
        start="sum",
    )
    assert set(fired.values()) == {1}


async def test_2_two_arrays_and_a_dependency_are_filled_by_pushed_and_pulled_slots(bench: Bench) -> None:
    _, fired = await passed(
        bench,
        {
            "begin": text("x"),
            "p": text("p"),
            "q": text("q"),
            "both": ("socket_array_test", {}),
            "want_1": text("p"),
            "want_2": text("x, q, x"),
            "same_1": ASSERT,
            "same_2": ASSERT,
        },
        *("begin.text_out -> both.texts_2[0]", "q.text_out -> both.texts_2[1]", "begin.text_out -> both.texts_2[2]"),
        *("p.text_out -> both.texts_1[0]", "q.text_out -> both.dependency"),
        *("both.output_1 -> same_1.actual", "want_1.text_out -> same_1.expected"),
        *("both.output_2 -> same_2.actual", "want_2.text_out -> same_2.expected"),
        start="begin",
    )
    assert set(fired.values()) == {1}


async def test_3_an_array_goes_in_and_out_slot_by_slot(bench: Bench) -> None:
    _, fired = await passed(
        bench,
        {
            "a": text("A"),
            "b": text("B"),
            "each": ("input_output_array_test", {}),
            "rest": ("concatenate_array", {}),
            "want_0": text("pre-A"),
            "want": text("pre-B, pre-B"),
            "same_0": ASSERT,
            "same": ASSERT,
        },
        *("a.text_out -> each.in_array[0]", "b.text_out -> each.in_array[1]", "b.text_out -> each.in_array[2]"),
        *("each.out_array[0] -> same_0.actual", "want_0.text_out -> same_0.expected"),
        *("each.out_array[1] -> rest.texts[0]", "each.out_array[2] -> rest.texts[1]"),
        *("rest.full_text -> same.actual", "want.text_out -> same.expected"),
        start="a",
    )
    assert set(fired.values()) == {1}


async def test_4_a_sum_waits_for_a_pulled_number_that_takes_its_time(bench: Bench) -> None:
    _, fired = await passed(
        bench,
        {
            "five": number(5),
            "ten": number(10),
            "late": ("wait", {"wait_time_seconds": 0.05}),
            "sum": ADD,
            "want": number(15),
            "same": ASSERT,
        },
        *("five.number_out -> sum.a", "ten.number_out -> late.trigger", "late.output -> sum.b"),
        *("sum.result -> same.actual", "want.number_out -> same.expected"),
        start="five",
    )
    assert set(fired.values()) == {1}


async def test_5_a_loop_doubles_until_it_leaves_by_the_other_output(bench: Bench) -> None:
    end, fired = await passed(
        bench,
        {
            "ten": number(10),
            "loop": ("looping_accumulator", {"threshold": 100}),
            "hold": ("wait", {"wait_time_seconds": 0.02}),
            "want": number(160),
            "same": ASSERT,
        },
        *("ten.number_out -> loop.initial_value", "loop.result -> hold.trigger", "hold.output -> loop.add_value"),
        *("loop.threshold_reached -> same.actual", "want.number_out -> same.expected"),
        start="ten",
    )
    assert (fired["loop"], fired["hold"], fired["same"]) == (5, 4, 1)
    assert end.waiting == ()


@pytest.mark.parametrize("start", ["sum", "ten"])
async def test_6_and_7_one_source_feeds_a_pulled_and_a_plain_input(bench: Bench, start: str) -> None:
    _, fired = await passed(
        bench,
        {"ten": number(10), "sum": ("add_node_test", {}), "want": number(20), "same": ASSERT},
        *("ten.number_out -> sum.a", "ten.number_out -> sum.b"),
        *("sum.result -> same.actual", "want.number_out -> same.expected"),
        start=start,
    )
    assert set(fired.values()) == {1}


async def test_8_a_list_that_does_not_wait_takes_the_first_item_and_asks_for_no_other(bench: Bench) -> None:
    settings = {"wait_toggle": False, "dependency_toggle": True, "single_item_passthrough": True}
    _, fired = await passed(
        bench,
        {
            "one": text("T1"),
            "two": text("T2"),
            "list": ("string_array_creator", settings),
            "want": text("T1"),
            "same": ASSERT,
        },
        *("one.text_out -> list.inputs[0]", "two.text_out -> list.inputs[1]"),
        *("list.string_array -> same.actual", "want.text_out -> same.expected"),
        start="one",
    )
    assert fired["two"] == 0
    assert fired["list"] == 1
