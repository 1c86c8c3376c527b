"""Accumulate, Gate and Merge in the real engine."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nodebuilder.nodes.flow import merge
from tests.workbench import Bench

Nodes = dict[str, tuple[str, dict[str, Any]]]
LOOP: Nodes = {
    "one": ("number", {"value": 1}),
    "loop": ("looping_accumulator", {"threshold": 20}),
}
ROUND = ("one.number_out -> loop.initial_value", "loop.result -> loop.add_value")
"""Gives 1, 2, 4, 8 and 16 down `result`, then 32 down `threshold_reached`."""


def anything(value: Any) -> tuple[str, dict[str, Any]]:
    return ("input", {"type": "any", "default": json.dumps(value)})


def sent(bench: Bench, node: str, socket: str) -> list[Any]:
    """Return all that a node sent down one of its outputs."""
    return [
        event.outputs[socket] for event in bench.told("output_sent") if event.node == node and socket in event.outputs
    ]


# ---- Accumulate ----


async def collected(bench: Bench, *links: str, **values: Any) -> list[Any]:
    end = await bench.run({**LOOP, "all": ("accumulate", values)}, *ROUND, "loop.result -> all.value", *links)
    assert end.status == "succeeded"
    return sent(bench, "all", "items")


FLUSH = "loop.threshold_reached -> all.flush"


async def test_by_itself_it_gives_the_growing_list(bench: Bench) -> None:
    assert await collected(bench) == [[1], [1, 2], [1, 2, 4], [1, 2, 4, 8], [1, 2, 4, 8, 16]]
    assert sent(bench, "all", "count") == [1, 2, 3, 4, 5]


async def test_with_a_size_it_gives_so_many_at_a_time(bench: Bench) -> None:
    assert await collected(bench, size=2) == [[1, 2], [4, 8]]


async def test_a_flush_gives_what_there_is_and_begins_anew(bench: Bench) -> None:
    assert await collected(bench, FLUSH) == [[1, 2, 4, 8, 16]]
    assert await collected(bench, FLUSH, size=2) == [[1, 2], [4, 8], [16]]
    assert await collected(bench, FLUSH, size=5) == [[1, 2, 4, 8, 16]], "nothing is left over, so nothing more is given"


async def test_a_flush_with_nothing_before_gives_an_empty_list(bench: Bench) -> None:
    end = await bench.run({"t": ("text", {}), "all": ("accumulate", {})}, "t.text_out -> all.flush")
    assert end.outputs["all"] == {"items": [], "count": 0}


async def test_a_value_that_comes_with_the_flush_counts_first(bench: Bench) -> None:
    nodes: Nodes = {"n": ("number", {"value": 3}), "all": ("accumulate", {})}
    end = await bench.run(nodes, "n.number_out -> all.value", "n.number_out -> all.flush")
    assert end.outputs["all"] == {"items": [3], "count": 1}


@pytest.mark.parametrize(("kind", "made"), [("text", "1-2.0-4.0-8.0-16.0"), ("sum", 31.0)])
async def test_texts_are_joined_and_numbers_added_up(bench: Bench, kind: str, made: Any) -> None:
    assert await collected(bench, FLUSH, kind=kind, separator="-") == [made]


@pytest.mark.parametrize(("kind", "given"), [("text", [1]), ("sum", "one"), ("sum", True)])
async def test_what_can_be_neither_joined_nor_added_is_refused(bench: Bench, kind: str, given: Any) -> None:
    end = await bench.run({"v": anything(given), "all": ("accumulate", {"kind": kind})}, "v.value -> all.value")
    (error,) = end.errors
    assert (error.node, error.code) == ("all", "bad_input")


async def test_without_any_link_it_gives_nothing(bench: Bench) -> None:
    end = await bench.run({"all": ("accumulate", {})})
    assert (end.status, dict(end.outputs.get("all", {}))) == ("succeeded", {})


# ---- Gate ----


async def gated(bench: Bench, key: Any, **values: Any) -> tuple[list[Any], list[Any]]:
    """Send the numbers of a loop to a gate, then `key` to its `open`; return what passed and what was dropped."""
    nodes: Nodes = {
        **LOOP,
        "key": anything(key),
        "then": ("string_array_creator", {"wait_toggle": True}),
        "gate": ("gate", values),
    }
    end = await bench.run(
        nodes,
        *ROUND,
        *("loop.result -> gate.value", "loop.threshold_reached -> then.inputs[0]", "key.value -> then.inputs[1]"),
        "then.string_array -> gate.open",
    )
    assert end.status == "succeeded"
    return sent(bench, "gate", "output"), sent(bench, "gate", "dropped")


async def test_values_wait_in_line_until_the_gate_opens(bench: Bench) -> None:
    assert await gated(bench, "yes") == ([1, 2, 4, 8, 16], [])


@pytest.mark.parametrize("key", [False, 0, "", "false", " No ", "off", "0", {}])
async def test_a_no_does_not_open_it(bench: Bench, key: Any) -> None:
    assert await gated(bench, key) == ([], [])


async def test_closed_it_may_drop_what_comes(bench: Bench) -> None:
    assert await gated(bench, True, when_closed="drop") == ([], [1, 2, 4, 8, 16])


async def test_open_from_the_start_all_pass(bench: Bench) -> None:
    assert await gated(bench, True, starts_open=True) == ([1, 2, 4, 8, 16], [])


@pytest.mark.parametrize(("word", "passed"), [(True, [True]), (False, [])])
async def test_a_word_that_comes_with_a_value_counts_first(bench: Bench, word: Any, passed: list[Any]) -> None:
    nodes: Nodes = {"v": anything(word), "gate": ("gate", {"starts_open": not word})}
    await bench.run(nodes, "v.value -> gate.value", "v.value -> gate.open")
    assert sent(bench, "gate", "output") == passed


# ---- Merge ----


LATE: Nodes = {
    "late": ("text", {"value": "late"}),
    "hold": ("wait", {"wait_time_seconds": 0.02}),
    "early": ("text", {"value": "early"}),
}
BOTH = ("late.text_out -> hold.trigger", "hold.output -> merge.inputs[0]", "early.text_out -> merge.inputs[3]")


@pytest.mark.parametrize(
    ("mode", "outputs", "slots"),
    [
        ("each", ["early", "late"], [3, 0]),
        ("all", [["late", "early"]], []),
        ("first", ["early"], [3]),
    ],
)
async def test_ways_come_together(bench: Bench, mode: str, outputs: list[Any], slots: list[int]) -> None:
    end = await bench.run({**LATE, "merge": ("merge", {"mode": mode})}, *BOTH)
    assert (end.status, end.waiting) == ("succeeded", ())
    assert sent(bench, "merge", "output") == outputs
    assert sent(bench, "merge", "slot") == slots


@pytest.mark.parametrize(("mode", "slots"), [("each", [1, 2]), ("first", [1])])
async def test_values_that_come_together_go_on_in_the_order_of_their_slots(
    bench: Bench, mode: str, slots: list[int]
) -> None:
    links = ("t.text_out -> merge.inputs[2]", "t.text_out -> merge.inputs[1]")
    await bench.run({"t": ("text", {"value": "x"}), "merge": ("merge", {"mode": mode})}, *links)
    assert sent(bench, "merge", "slot") == slots


async def test_waiting_for_all_takes_one_of_each_way_at_a_time(bench: Bench) -> None:
    nodes: Nodes = {**LOOP, "count": ("counter", {}), "merge": ("merge", {"mode": "all"})}
    links = ("loop.result -> count.trigger", "loop.result -> merge.inputs[0]", "count.count -> merge.inputs[1]")
    await bench.run(nodes, *ROUND, *links)
    assert sent(bench, "merge", "output") == [[1, 1], [2, 2], [4, 3], [8, 4], [16, 5]]


async def test_a_way_not_taken_holds_back_only_who_waits_for_all(bench: Bench) -> None:
    nodes: Nodes = {"n": ("number", {"value": 1}), "is": ("decision", {}), "merge": ("merge", {"mode": "all"})}
    links = (
        *("n.number_out -> is.input_value", "n.number_out -> is.comparison_value"),
        *("is.true_output -> merge.inputs[0]", "is.false_output -> merge.inputs[1]"),
    )
    end = await bench.run(nodes, *links)
    assert [(waiting.node, waiting.inputs) for waiting in end.waiting] == [("merge", ("inputs[1]",))]
    end = await bench.run({**nodes, "merge": ("merge", {})}, *links)
    assert (end.outputs["merge"], end.waiting) == ({"output": 1, "slot": 0}, ())


def test_the_definition_says_how_the_mode_changes_the_socket() -> None:
    (socket,) = merge.definition.inputs
    assert [(rule.widget, rule.value, rule.do_not_wait) for rule in socket.when] == [
        ("mode", "each", True),
        ("mode", "first", True),
    ]
