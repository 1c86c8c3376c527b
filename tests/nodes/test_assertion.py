from __future__ import annotations

import json
from typing import Any

import pytest

from nodebuilder.events import RunFinished
from tests.workbench import Bench

LINKS = ("a.value -> same.actual", "b.value -> same.expected")


async def compared(bench: Bench, actual: Any, expected: Any, *links: str) -> RunFinished:
    given = {
        name: ("input", {"type": "any", "default": json.dumps(v)}) for name, v in {"a": actual, "b": expected}.items()
    }
    after = {"yes": ("log", {}), "no": ("log", {})} if links else {}
    return await bench.run({**given, "same": ("assert", {}), **after}, *LINKS, *links)


@pytest.mark.parametrize(
    ("actual", "expected"), [(110, "110.0"), ("x", "x"), (True, 1), (None, "None"), ([1, 2], "[1, 2]"), (" 5", 5)]
)
async def test_what_is_the_same_passes_as_it_came(bench: Bench, actual: Any, expected: Any) -> None:
    end = await compared(bench, actual, expected)
    assert end.status == "succeeded"
    assert end.outputs["same"] == {"on_success": actual}
    (line,) = bench.log()
    assert line.startswith("Assertion Passed: ")
    assert [event.node for event in bench.told("node_finished") if event.node == "same"] == ["same"]


@pytest.mark.parametrize(
    ("actual", "expected", "sentence"),
    [
        (5, 6, "Assertion Failed: 6.0 was expected, but 5.0 came."),
        ("abc", "abd", "Assertion Failed: 'abd' was expected, but 'abc' came."),
        ("5", "five", "Assertion Failed: 'five' was expected, but '5' came."),
        ("X", "x", "Assertion Failed: 'x' was expected, but 'X' came."),
    ],
)
async def test_what_differs_fails_the_run_and_goes_nowhere(
    bench: Bench, actual: Any, expected: Any, sentence: str
) -> None:
    end = await compared(bench, actual, expected, "same.on_success -> yes.value_in", "same.on_failure -> no.value_in")
    assert end.status == "failed"
    assert [(error.node, error.code, error.message) for error in end.errors] == [("same", "assertion_failed", sentence)]
    assert {event.node for event in bench.told("node_fired")} == {"a", "b", "same"}


async def test_a_branch_beside_a_failure_goes_on(bench: Bench) -> None:
    end = await compared(bench, 1, 2, "a.value -> yes.value_in", "b.value -> no.value_in")
    assert end.outputs["yes"] == {"value_out": 1}
    assert end.outputs["no"] == {"value_out": 2}


async def test_long_values_are_told_in_short(bench: Bench) -> None:
    end = await compared(bench, "a" * 5000, "b" * 5000)
    assert len(end.errors[0].message) < 500


async def test_a_failure_carries_both_values_as_they_came(bench: Bench) -> None:
    await compared(bench, {"a": [1, True]}, "x")
    (failed,) = bench.told("node_failed")
    assert failed.details == {"expected": "x", "actual": {"a": [1, True]}}
    assert failed.as_json()["details"] == failed.details


async def test_of_very_long_values_the_beginning_is_carried(bench: Bench) -> None:
    await compared(bench, "a" * 200_000, "b")
    (failed,) = bench.told("node_failed")
    assert failed.details["expected"] == "b"
    assert len(failed.details["actual"]) == 50_000
    assert failed.details["actual"].endswith("a…")
