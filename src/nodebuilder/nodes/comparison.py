"""How two values of any kind compare: as numbers if both are numbers, else as texts."""

from __future__ import annotations

from typing import Any

from nodebuilder.values import Asset

Pair = tuple[float, float] | tuple[str, str]


def alike(left: Any, right: Any) -> Pair:
    """Return two values made comparable: both as numbers when both can be read as such, else both as texts."""
    try:
        return float(left), float(right)
    except (TypeError, ValueError, OverflowError):
        return as_text(left), as_text(right)


def as_text(value: Any) -> str:
    """Return a value as a text: a picture as its link, all else as Python writes it."""
    return value.url if isinstance(value, Asset) else str(value)
