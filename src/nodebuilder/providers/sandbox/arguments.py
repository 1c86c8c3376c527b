"""Filling in a tool's arguments from what the person asked, by the JSON Schema of the tool."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast

Schema = Mapping[str, Any]

_PLACE: Final = re.compile(r"\b(?:in|at|for|near|from)\s+((?:[A-Z][\w'-]+)(?:\s+[A-Z][\w'-]+)*)")
_SUM: Final = re.compile(r"[-+]?\(*\d[\d\s.,]*(?:\s*(?:[-+*/^%×÷]|\*\*)\s*\(*\s*[-+]?\d[\d.]*\)*)+")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_ORDER: Final = re.compile(
    r"^.{0,60}?\b(?:image|picture|photo|painting|drawing|illustration)s?\s+(?:of|showing|with)\s+"
    r"|^\W*(?:please\s+)?(?:draw|paint|sketch|illustrate)\s+(?:me\s+)?",
    re.IGNORECASE,
)
_PLACES: Final = frozenset({"city", "location", "place", "town", "country", "address", "region"})
_SUMS: Final = frozenset({"expression", "formula", "equation", "calculation", "math"})
_TEXTS: Final = frozenset(
    {"prompt", "query", "text", "question", "input", "description", "message", "content", "topic"}
)


def fill(schema: Schema, asked: str) -> dict[str, Any]:
    """Return arguments for an object schema: all required ones, and those for which the request has a value."""
    properties = cast("Mapping[str, Schema]", schema.get("properties") or {})
    required = cast("list[str]", schema.get("required") or [])
    numbers = [float(text) for text in _NUMBER.findall(asked)]
    found: dict[str, Any] = {}
    for name, wanted in properties.items():
        value = _value(name, wanted, asked, numbers)
        if name in required or value is not None:
            found[name] = value if value is not None else _blank(wanted)
    return found


def subject(asked: str) -> str:
    """Return what a picture is asked of: the request without its "draw me a picture of"."""
    return _ORDER.sub("", asked.strip()).strip().rstrip(".!?") or asked.strip()


def place(asked: str) -> str | None:
    """Return the place that a request names."""
    found = _PLACE.search(asked)
    return found[1] if found else None


def calculation(asked: str) -> str | None:
    """Return the calculation that a request holds, such as `12 * 7`."""
    found = _SUM.search(asked)
    return " ".join(found[0].replace("×", "*").replace("÷", "/").split()).rstrip(".,") if found else None


def _value(name: str, wanted: Schema, asked: str, numbers: list[float]) -> Any:
    if options := cast("list[Any]", wanted.get("enum") or []):
        words = asked.lower()
        return next((option for option in options if str(option).lower() in words), None)
    match _kind(wanted):
        case "string":
            return _text(name.lower(), asked)
        case "number":
            return numbers.pop(0) if numbers else None
        case "integer":
            return int(numbers.pop(0)) if numbers else None
        case "array":
            item = _kind(cast("Schema", wanted.get("items") or {}))
            return (list(numbers) if item in ("number", "integer") else [subject(asked)]) or None
        case "object":
            return fill(wanted, asked) or None
        case _:
            return None


def _text(name: str, asked: str) -> str | None:
    parts = set(re.split(r"[_\W]+", name))
    if parts & _PLACES:
        return place(asked) or "Paris"
    if parts & _SUMS:
        return calculation(asked) or asked
    return subject(asked) if parts & _TEXTS else None


def _blank(wanted: Schema) -> Any:
    if "default" in wanted:
        return wanted["default"]
    if options := cast("list[Any]", wanted.get("enum") or []):
        return options[0]
    blanks: dict[str, Any] = {"string": "sandbox", "number": 1, "integer": 1, "boolean": True, "array": []}
    kind = _kind(wanted)
    return fill(wanted, "") if kind == "object" else blanks.get(kind)


def _kind(wanted: Schema) -> str:
    kind: object = wanted.get("type") or ("object" if "properties" in wanted else "string")
    if isinstance(kind, list):
        return next((str(one) for one in cast("list[object]", kind) if one != "null"), "string")
    return str(kind)
