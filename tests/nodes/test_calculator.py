from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nodebuilder.nodes.calculator import OPERATIONS, calculate
from tests.nodes.calls import call, definition
from tests.workbench import Bench


async def test_it_describes_itself(bench: Bench) -> None:
    told = await definition(bench, "calculator_tool")
    assert told["name"] == "calculator"
    schema = told["input_schema"]
    assert schema["properties"]["operation"]["enum"] == ["add", "subtract", "multiply", "divide"]
    assert schema["properties"]["a"]["type"] == schema["properties"]["b"]["type"] == "number"
    assert schema["required"] == ["operation", "a", "b"]


@pytest.mark.parametrize(
    ("operation", "a", "b", "result"),
    [("add", 2, 3, 5.0), ("subtract", 2, 3.5, -1.5), ("multiply", 7, 6, 42.0), ("divide", 1, 8, 0.125)],
)
async def test_it_calculates(bench: Bench, operation: str, a: float, b: float, result: float) -> None:
    answer = await call(bench, "calculator_tool", {"id": "1", "arguments": {"operation": operation, "a": a, "b": b}})
    assert answer == {"id": "1", "result": result}
    assert isinstance(answer["result"], float)


@pytest.mark.parametrize(
    ("operation", "a", "b", "error"),
    [
        ("divide", 1, 0, "Division by zero"),
        ("divide", 0, -0.0, "Division by zero"),
        ("multiply", 1e308, 10, "The result is too large for a number"),
        ("add", 10**400, 1, "The result is too large for a number"),
        ("subtract", 1e308, -1e308, "The result is too large for a number"),
        ("add", math.inf, 1, "Only finite numbers can be calculated with"),
        ("add", math.nan, 1, "Only finite numbers can be calculated with"),
    ],
)
def test_what_cannot_be_calculated_is_told_in_the_result(operation: str, a: float, b: float, error: str) -> None:
    assert calculate(operation, a, b) == {"error": error}


@pytest.mark.parametrize(
    "arguments",
    [
        {"operation": "divide", "a": 1},
        {"operation": "power", "a": 1, "b": 2},
        {"operation": "add", "a": "1", "b": 2},
        {"operation": "add", "a": "__import__('os')", "b": 2},
        {"operation": "add", "a": True, "b": 2},
        {},
    ],
)
async def test_wrong_arguments_are_refused(bench: Bench, arguments: dict[str, Any]) -> None:
    answer = await call(bench, "calculator_tool", {"arguments": arguments})
    assert answer["id"] == "calc_error"
    assert answer["error"]


@given(some.sampled_from(sorted(OPERATIONS)), some.floats(), some.floats())
def test_a_result_is_always_a_finite_number_or_an_error(operation: str, a: float, b: float) -> None:
    result = calculate(operation, a, b)
    assert math.isfinite(result) if isinstance(result, float) else set(result) == {"error"}
