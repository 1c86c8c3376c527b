"""How what came differs from what was expected, as lines that a person reads."""

from __future__ import annotations

import difflib
import json
from typing import Any, Final

BESIDE: Final = 60
"""Up to so many characters, two texts of one line are shown one above the other; longer ones as a diff."""
MOST_LINES: Final = 200
"""More lines of a diff than this are counted, not shown."""
_LONGEST: Final = 20_000


def difference(expected: Any, actual: Any) -> list[str]:
    """Return the lines that show how two JSON-like values differ.

    Short values stand one above the other; long texts, lists and dictionaries as a unified diff, the latter as
    indented JSON.
    """
    if expected == actual and _kind(expected) == _kind(actual):
        return [f"expected and came: {_short(expected)} (they differ beyond what is shown)"]
    wanted, came = _written(expected), _written(actual)
    if len(wanted) == len(came) == 1 and max(len(wanted[0]), len(came[0])) <= BESIDE:
        return _beside(expected, actual)
    if _kind(expected) != _kind(actual):
        heads = f"expected ({_kind(expected)})", f"came ({_kind(actual)})"
    else:
        heads = "expected", "came"
    lines = list(difflib.unified_diff(wanted, came, *heads, lineterm=""))
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… {len(lines) - MOST_LINES} more lines"]
    return lines or _beside(expected, actual)


def _beside(expected: Any, actual: Any) -> list[str]:
    marks = ("", "")
    if _kind(expected) != _kind(actual):
        marks = (f"  ({_kind(expected)})", f"  ({_kind(actual)})")
    return [f"expected: {_short(expected)}{marks[0]}", f"came:     {_short(actual)}{marks[1]}"]


def _written(value: Any) -> list[str]:
    """Return a value as lines: a text as it stands, all else as indented JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=str)
    lines = text[:_LONGEST].split("\n")
    return [*lines[:-1], f"{lines[-1]}…"] if len(text) > _LONGEST else lines


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _kind(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "dictionary"
