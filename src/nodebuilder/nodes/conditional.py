"""Which way a value goes on: Decision and Number Classifier."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Annotated, Any, NamedTuple

from nodebuilder.errors import InputError
from nodebuilder.node import node
from nodebuilder.nodes.comparison import Operator, holds
from nodebuilder.values import SKIP
from nodebuilder.widgets import Pull


class Ways(NamedTuple):
    """Where Decision sends the value: one of the two.

    Attributes:
        true_output: The input value as it came, when the comparison holds.
        false_output: The input value as it came, when it does not.
    """

    true_output: Any
    false_output: Any


@node("decision", category="Conditional", tags=("if", "compare", "condition", "branch"))
async def decision(
    input_value: Annotated[Any, Pull()],
    comparison_value: Annotated[Any, Pull()],
    *,
    operator: Operator = "==",
) -> Ways:
    """Compare two values and send the first one down one of two ways.

    Args:
        input_value: The value that is compared, and sent on.
        comparison_value: What it is compared with.
        operator: The comparison that must hold for the first way.
    """
    held = holds(input_value, operator, comparison_value)
    return Ways(input_value, SKIP) if held else Ways(SKIP, input_value)


class Classified(NamedTuple):
    """Where Number Classifier sends the number: one of the first three.

    Attributes:
        below: The number, when it is less than `low`.
        within: The number, when it is from `low` to `high`, both included.
        above: The number, when it is greater than `high`.
        label: What that range is called.
    """

    below: Any
    within: Any
    above: Any
    label: str


def _check_range(values: Mapping[str, Any]) -> None:
    low, high = values["low"], values["high"]
    if low > high:
        raise InputError(
            f"The range begins at {low} and ends at {high}, so nothing is within.",
            "Set low to the smaller of the two numbers.",
            code="bad_limits",
            socket="low",
        )


@node(
    "number_classifier",
    category="Conditional",
    tags=("range", "class", "between", "threshold", "branch", "switch"),
    check=_check_range,
)
async def number_classifier(
    number: Annotated[float, Pull()],
    *,
    low: float = 0,
    high: float = 100,
    below_label: str = "low",
    within_label: str = "middle",
    above_label: str = "high",
) -> Classified:
    """Send a number down one of three ways: below a range, within it, or above it.

    Args:
        number: The number.
        low: The least number that is within.
        high: The greatest number that is within.
        below_label: What a number below is called.
        within_label: What a number within is called.
        above_label: What a number above is called.
    """
    if isnan(number):
        raise InputError("What came is not a number.", "Connect an output that gives one.", socket="number")
    if number < low:
        return Classified(number, SKIP, SKIP, below_label)
    if number > high:
        return Classified(SKIP, SKIP, number, above_label)
    return Classified(SKIP, number, SKIP, within_label)
