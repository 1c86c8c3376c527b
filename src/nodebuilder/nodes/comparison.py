"""How two values of any kind compare: as numbers if both are numbers, else as texts; and what counts as a yes."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from typing import Any, Final, Literal

from nodebuilder.values import Asset

Pair = tuple[float, float] | tuple[str, str]
Operator = Literal["==", "!=", ">", "<", ">=", "<="]

_HOLDS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operators.eq,
    "!=": operators.ne,
    ">": operators.gt,
    "<": operators.lt,
    ">=": operators.ge,
    "<=": operators.le,
}
_NO: Final = frozenset({"", "false", "no", "off", "0"})


def holds(left: Any, operator: str, right: Any) -> bool:
    """Say whether a comparison of two values of any kind holds."""
    return _HOLDS[operator](*alike(left, right))


def is_true(value: Any) -> bool:
    """Say whether a value counts as a yes: not nothing, 0, an empty list, or a text like `false`, `no`, `off`, `0`."""
    return value.strip().lower() not in _NO if isinstance(value, str) else bool(value)


def alike(left: Any, right: Any) -> Pair:
    """Return two values made comparable: both as numbers when both can be read as such, else both as texts."""
    try:
        return float(left), float(right)
    except (TypeError, ValueError, OverflowError):
        return as_text(left), as_text(right)


def as_text(value: Any) -> str:
    """Return a value as a text: a picture as its link, all else as Python writes it."""
    return value.url if isinstance(value, Asset) else str(value)
