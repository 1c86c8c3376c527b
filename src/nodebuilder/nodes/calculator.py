"""Calculator: one operation on two numbers, for models."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from nodebuilder.node import tool
from nodebuilder.tool_calls import FallbackIds

Operation = Literal["add", "subtract", "multiply", "divide"]
OPERATIONS: Final[Mapping[str, Callable[[float, float], float]]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
}
BY_ZERO: Final = "Division by zero"
TOO_LARGE: Final = "The result is too large for a number"
NOT_FINITE: Final = "Only finite numbers can be calculated with"


@tool(
    "calculator",
    type_id="calculator_tool",
    title="Calculator",
    tags=("tool", "math", "arithmetic", "llm"),
    fallback_ids=FallbackIds("calc_result", "calc_error", "calc_exception"),
)
async def calculator_tool(operation: Operation, a: float, b: float) -> Any:
    """Perform basic arithmetic operations: add, subtract, multiply and divide two numbers.

    Args:
        operation: The arithmetic operation to perform
        a: First number
        b: Second number
    """
    return calculate(operation, a, b)


def calculate(operation: str, a: float, b: float) -> float | dict[str, str]:
    """Return the result, always a finite number, or `{"error": …}` when there is none."""
    try:
        first, second = float(a), float(b)
        if not (math.isfinite(first) and math.isfinite(second)):
            return {"error": NOT_FINITE}
        result = OPERATIONS[operation](first, second)
    except ZeroDivisionError:
        return {"error": BY_ZERO}
    except OverflowError:
        return {"error": TOO_LARGE}
    return result if math.isfinite(result) else {"error": TOO_LARGE}
