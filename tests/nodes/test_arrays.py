from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.definition import SocketRule
from nodebuilder.nodes.arrays import concatenate_array, string_array_creator
from tests.workbench import Bench

Nodes = dict[str, tuple[str, dict[str, Any]]]


def texts(*values: str) -> Nodes:
    return {f"t{place}": ("text", {"value": value}) for place, value in enumerate(values)}


def into(target: str, *places: tuple[int, int]) -> list[str]:
    return [f"t{source}.text_out -> {target}[{slot}]" for source, slot in places]


async def test_texts_are_joined_in_the_order_of_their_slots(bench: Bench) -> None:
    end = await bench.run(
        {**texts("b", "a", "c"), "join": ("concatenate_array", {})}, *into("join.texts", (0, 4), (1, 0), (2, 9))
    )
    assert end.outputs["join"] == {"full_text": "a, b, c"}


async def test_a_start_at_the_join_asks_for_all_texts(bench: Bench) -> None:
    end = await bench.run(
        {**texts("a", "b"), "join": ("concatenate_array", {"separator": ""})},
        *into("join.texts", (0, 0), (1, 1)),
        start="join",
    )
    assert end.outputs["join"] == {"full_text": "ab"}
    assert end.firings == 3


async def test_a_number_is_written_and_a_list_is_refused(bench: Bench) -> None:
    join = {"join": ("concatenate_array", {})}
    end = await bench.run(
        {"n": ("number", {"value": 2.5}), **texts("a"), **join},
        "n.number_out -> join.texts[0]",
        *into("join.texts", (0, 1)),
    )
    assert end.outputs["join"] == {"full_text": "2.5, a"}
    end = await bench.run(
        {"l": ("input", {"type": "list", "default": "[1]"}), **join},
        "l.value -> join.texts[0]",
    )
    assert [error.code for error in end.errors] == ["bad_input"]


@given(st.lists(st.text(max_size=5), min_size=1), st.text(max_size=3))
async def test_nothing_but_separators_comes_between_the_texts(items: list[str], separator: str) -> None:
    (joined,) = await concatenate_array.fn(items, separator=separator)
    assert joined == separator.join(items)
    assert len(joined) == sum(map(len, items)) + len(separator) * (len(items) - 1)


# ---- String Array Creator ----


async def created(bench: Bench, nodes: Nodes, *links: str, start: str | None = None, **values: Any) -> list[Any]:
    """Run and return all that the node sent."""
    end = await bench.run({**nodes, "make": ("string_array_creator", values)}, *links, start=start)
    assert end.status == "succeeded"
    return [event.outputs["string_array"] for event in bench.told("output_sent") if event.node == "make"]


async def test_without_a_link_it_gives_an_empty_list(bench: Bench) -> None:
    assert await created(bench, {}) == [[]]


@pytest.mark.parametrize(
    ("accumulate", "passthrough", "expected"),
    [(False, True, "b"), (False, False, ["b"]), (True, True, ["a", "b"]), (True, False, ["a", "b"])],
)
async def test_it_gives_all_slots_or_the_last_one(
    bench: Bench, accumulate: bool, passthrough: bool, expected: Any
) -> None:
    links = into("make.inputs", (0, 0), (1, 3))
    settings = {"accumulate": accumulate, "single_item_passthrough": passthrough}
    assert await created(bench, texts("a", "b"), *links, **settings) == [expected]


async def test_lists_are_taken_apart_one_level_deep_and_nothing_becomes_a_text(bench: Bench) -> None:
    nodes: Nodes = {
        "l": ("input", {"type": "list", "default": '[1, [2, 3], {"a": null}]'}),
        "n": ("number", {"value": 4}),
    }
    links = ("l.value -> make.inputs[0]", "n.number_out -> make.inputs[1]")
    assert await created(bench, nodes, *links, accumulate=True) == [[1, [2, 3], {"a": None}, 4]]


async def test_pulled_it_asks_for_what_it_has_not(bench: Bench) -> None:
    links = into("make.inputs", (0, 0), (1, 1))
    assert await created(bench, texts("a", "b"), *links, start="t0", accumulate=True) == [["a", "b"]]
    assert await created(bench, texts("a", "b"), *links, start="make", accumulate=True) == [["a", "b"]]


async def test_plain_it_waits_without_asking(bench: Bench) -> None:
    nodes = {**texts("a", "b"), "make": ("string_array_creator", {"dependency_toggle": False})}
    end = await bench.run(nodes, *into("make.inputs", (0, 0), (1, 1)), start="t0")
    assert "make" not in end.outputs
    assert [(waiting.node, waiting.inputs) for waiting in end.waiting] == [("make", ("inputs[1]",))]
    assert [event.node for event in bench.told("node_fired")] == ["t0"]


@pytest.mark.parametrize("dependency_toggle", [True, False])
async def test_without_waiting_it_fires_on_the_first_and_asks_nobody(bench: Bench, dependency_toggle: bool) -> None:
    links = into("make.inputs", (0, 0), (1, 1))
    settings = {"wait_toggle": False, "dependency_toggle": dependency_toggle}
    assert await created(bench, texts("a", "b"), *links, start="t0", **settings) == ["a"]
    assert [event.node for event in bench.told("node_fired")] == ["t0", "make"]


async def test_without_waiting_each_value_comes_through_by_itself_or_beside_those_before(bench: Bench) -> None:
    nodes = {**texts("late", "early"), "hold": ("wait", {"wait_time_seconds": 0.02})}
    links = ("t0.text_out -> hold.trigger", "hold.output -> make.inputs[0]", *into("make.inputs", (1, 1)))
    assert await created(bench, nodes, *links, wait_toggle=False) == ["early", "late"]
    settings = {"wait_toggle": False, "accumulate": True}
    assert await created(bench, nodes, *links, **settings) == ["early", ["late", "early"]]


def test_the_definition_says_how_widgets_change_the_socket() -> None:
    (socket,) = string_array_creator.definition.inputs
    assert socket.when == (
        SocketRule("wait_toggle", False, do_not_wait=True),
        SocketRule("dependency_toggle", False),
    )
