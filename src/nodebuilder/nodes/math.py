"""Calculation on the canvas: Add."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, NamedTuple

from nodebuilder.errors import InputError
from nodebuilder.node import node
from nodebuilder.widgets import Pull


class Sum(NamedTuple):
    """What Add gives.

    Attributes:
        result: The sum, always with a decimal point.
    """

    result: float


@node("add", category="Math", tags=("math", "plus", "sum", "number"))
async def add(a: Annotated[float, Pull()], b: Annotated[float, Pull()]) -> Sum:
    """Add two numbers.

    Args:
        a: The first number; a text that spells one is read as such.
        b: The second number.
    """
    return Sum(total(a, b))


def total(a: float, b: float) -> float:
    """Return the sum of two numbers as a float.

    Raises:
        InputError: it is too large to be written.
    """
    try:
        result = float(a) + float(b)
    except OverflowError:
        result = float("inf")
    if not isfinite(result):
        raise InputError("The sum is too large for a number.", "Connect smaller numbers.", code="too_large")
    return result
