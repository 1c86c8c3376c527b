from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import InputError
from nodebuilder.nodes.math import total
from tests.workbench import Bench

SUM = ("a.value -> sum.a", "b.value -> sum.b")


def numbers(a: str, b: str, kind: str = "any") -> dict[str, Any]:
    given = {name: ("input", {"type": kind, "default": value}) for name, value in {"a": a, "b": b}.items()}
    return {**given, "sum": ("add", {})}


@pytest.mark.parametrize(("a", "b", "result"), [("1", "2", 3.0), ("0.1", "0.2", 0.1 + 0.2), ("-5", "5", 0.0)])
async def test_a_sum_is_always_a_float(bench: Bench, a: str, b: str, result: float) -> None:
    end = await bench.run(numbers(a, b, "number"), *SUM)
    assert end.outputs["sum"] == {"result": result}
    assert type(end.outputs["sum"]["result"]) is float


async def test_a_text_that_spells_a_number_is_read_as_one(bench: Bench) -> None:
    end = await bench.run(numbers('"2.5"', '"4"'), *SUM)
    assert end.outputs["sum"] == {"result": 6.5}


async def test_a_text_that_spells_none_fails(bench: Bench) -> None:
    end = await bench.run(numbers('"two"', "4"), *SUM)
    assert end.status == "failed"
    assert end.errors[0].message == "Input a wants NUMBER, but str 'two' arrived."


async def test_a_start_at_the_sum_asks_for_both_numbers(bench: Bench) -> None:
    end = await bench.run(numbers("1", "2", "number"), *SUM, start="sum")
    assert end.outputs["sum"] == {"result": 3.0}
    assert end.firings == 3


@given(st.floats(-1e300, 1e300), st.integers(-(10**300), 10**300))
def test_a_sum_is_that_of_the_numbers_as_floats(a: float, b: int) -> None:
    assert total(a, b) == a + float(b)


def test_a_sum_that_no_number_holds_is_refused() -> None:
    for a, b in ((10**400, 1), (1e308, 1e308)):
        with pytest.raises(InputError, match="too large"):
            total(a, b)


async def test_a_sum_without_links_stops_no_run_that_does_not_come_to_it(bench: Bench) -> None:
    nodes = {**numbers("1", "2", "number"), "stray": ("add", {})}
    end = await bench.run(nodes, *SUM, start="sum")
    assert end.status == "succeeded"
    assert end.outputs["sum"] == {"result": 3.0}
    assert "stray" not in end.outputs
