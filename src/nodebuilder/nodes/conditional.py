"""Which way a value goes on: Decision."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, NamedTuple

from nodebuilder.node import node
from nodebuilder.nodes.comparison import alike
from nodebuilder.values import SKIP
from nodebuilder.widgets import Pull

Operator = Literal["==", "!=", ">", "<", ">=", "<="]

_HOLDS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operators.eq,
    "!=": operators.ne,
    ">": operators.gt,
    "<": operators.lt,
    ">=": operators.ge,
    "<=": operators.le,
}


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
    holds = _HOLDS[operator](*alike(input_value, comparison_value))
    return Ways(input_value, SKIP) if holds else Ways(SKIP, input_value)
