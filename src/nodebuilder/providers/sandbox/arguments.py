"""Filling in a tool's arguments from what the person asked, by the JSON Schema of the tool."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final, cast

from nodebuilder.providers.sandbox.schemas import fitted, plain

Schema = Mapping[str, Any]

_PLACE: Final = re.compile(r"\b(?:in|at|for|near|from)\s+((?:[A-Z][\w'-]+)(?:\s+[A-Z][\w'-]+)*)")
_SUM: Final = re.compile(r"[-+]?\(*\d[\d\s.,]*(?:\s*(?:[-+*/^%×÷]|\*\*)\s*\(*\s*[-+]?\d[\d.]*\)*)+")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_ORDER: Final = re.compile(
    r"^.{0,60}?\b(?:image|picture|photo|painting|drawing|illustration)s?\s+(?:of|showing|with)\s+"
    r"|^\W*(?:please\s+)?(?:draw|paint|sketch|illustrate)\s+(?:me\s+)?",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(
    r"^[^:\n]{0,80}\b(?:draw|paint|images?|pictures?|edit|change|text|sentence|words?|analy[sz]e|count|translate)\b[^:\n]{0,40}:"
    r"\s+(?P<rest>\S[\s\S]*)$",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"[\"“„']([^\"”“']{3,})[\"”“'](?!\w)")
_LINK: Final = re.compile(r"https?://[^\s\"'<>)\]]+[^\s\"'<>)\].,;:!?]")
_PICTURE: Final = re.compile(r"\S+\.(?:png|jpe?g|webp|gif)\b", re.IGNORECASE)
_OPERATIONS: Final = {
    "add": r"\+|\b(?:plus|add|sum)\b",
    "subtract": r"\d\s*-|\b(?:minus|subtract|less)\b",
    "multipl": r"\*|\b(?:times|multipl\w+|product)\b",
    "divi": r"/|\b(?:divided?|over)\b",
    "power": r"\^|\b(?:power|squared|cubed)\b",
}
_LINKS: Final = frozenset({"url", "uri", "link", "href", "address", "endpoint"})
_PICTURES: Final = frozenset({"image", "picture", "photo", "file", "filename"})
_PLACES: Final = frozenset({"city", "location", "place", "town", "country", "address", "region"})
_SUMS: Final = frozenset({"expression", "formula", "equation", "calculation", "math"})
_WHOLE: Final = frozenset({"text", "input", "content", "sentence"})
_TEXTS: Final = frozenset(
    {"prompt", "query", "text", "question", "input", "description", "message", "content", "topic", "sentence", "answer"}
)


def fill(schema: Schema, asked: str) -> dict[str, Any]:
    """Return arguments for an object schema: all required ones, and those for which the request has a value."""
    return _fill(plain(schema), asked)


def _fill(schema: Schema, asked: str) -> dict[str, Any]:
    properties = cast("Mapping[str, Schema]", schema.get("properties") or {})
    required = cast("list[str]", schema.get("required") or [])
    numbers = _numbers(asked)
    found: dict[str, Any] = {}
    for name, wanted in properties.items():
        value = _value(name, wanted, asked, numbers)
        if name in required or value is not None:
            found[name] = fitted(value if value is not None else _blank(wanted), wanted)
    return found


def subject(asked: str) -> str:
    """Return what a picture is asked of: the request without its "draw me a picture of"."""
    if led := _LEAD.match(asked.strip()):
        return led["rest"].strip()
    return _ORDER.sub("", asked.strip()).strip().rstrip(".!?") or asked.strip()


def place(asked: str) -> str | None:
    """Return the place that a request names."""
    found = _PLACE.search(asked)
    return found[1] if found else None


def calculation(asked: str) -> str | None:
    """Return the calculation that a request holds, such as `12 * 7`."""
    found = _SUM.search(asked)
    return " ".join(found[0].replace("×", "*").replace("÷", "/").split()).rstrip(".,") if found else None


def link(asked: str) -> str | None:
    """Return the first address of the web in a request."""
    found = _LINK.search(asked)
    return found[0] if found else None


def picture(asked: str) -> str | None:
    """Return the picture that a request names, by address or file name."""
    found = _PICTURE.search(asked)
    return found[0].strip("\"'“”()<>") if found else None


def _numbers(asked: str) -> list[int | float]:
    """Return the numbers of a request; a minus between two of them is no sign."""
    texts = _NUMBER.findall(re.sub(r"(?<=[\d)])\s*-\s*(?=[\d(])", " ", asked))
    numbers = [number for text in texts if isfinite(number := float(text))]
    return [int(number) if number.is_integer() else number for number in numbers]


def _option(options: list[Any], asked: str) -> Any:
    said = asked.lower()
    for option in options:
        if str(option).lower() in said:
            return option
    text = calculation(asked) or said
    places = [(found.start(), option) for option in options if (found := _operation(str(option).lower(), text))]
    return min(places, key=lambda place: place[0])[1] if places else None


def _operation(option: str, text: str) -> re.Match[str] | None:
    """Return where a text speaks of an operation of arithmetic that an option is named after."""
    patterns = (pattern for name, pattern in _OPERATIONS.items() if name in option)
    return next((found for pattern in patterns if (found := re.search(pattern, text))), None)


def _value(name: str, wanted: Schema, asked: str, numbers: list[int | float]) -> Any:
    if options := cast("list[Any]", wanted.get("enum") or []):
        return _option(options, asked)
    match _kind(wanted):
        case "string":
            return _text(name.lower(), asked)
        case "number":
            return numbers.pop(0) if numbers else None
        case "integer":
            return round(numbers.pop(0)) if numbers else None
        case "array":
            return _items(cast("Schema", wanted.get("items") or {}), asked, numbers) or None
        case "object":
            return _fill(wanted, asked) or None
        case _:
            return None


def _items(item: Schema, asked: str, numbers: list[int | float]) -> list[Any]:
    match _kind(item):
        case "number" | "integer":
            return [fitted(number, item) for number in numbers]
        case "object":
            return [_fill(item, asked)]
        case "string" if not item.get("enum"):
            return [fitted(subject(asked), item)]
        case _:
            return []


def _text(name: str, asked: str) -> str | None:
    parts = set(re.split(r"[_\W]+", name))
    if parts & _LINKS and (found := link(asked)):
        return found
    if parts & _PICTURES:
        return picture(asked)
    if parts & _PLACES:
        return place(asked) or "Paris"
    if parts & _SUMS:
        return calculation(asked) or asked
    if parts & _WHOLE and (quoted := _QUOTED.search(asked)):
        return quoted[1]
    return subject(asked) if parts & _TEXTS else None


def _blank(wanted: Schema) -> Any:
    if "default" in wanted:
        return wanted["default"]
    if options := cast("list[Any]", wanted.get("enum") or []):
        return options[0]
    kind = _kind(wanted)
    if kind == "object":
        return _fill(wanted, "")
    if kind == "array":
        item = cast("Schema", wanted.get("items") or {})
        least = wanted.get("minItems")
        return [fitted(_blank(item), item) for _ in range(least if isinstance(least, int) and least < 100 else 0)]
    return {"string": "sandbox", "number": 1, "integer": 1, "boolean": True}.get(kind)


def _kind(wanted: Schema) -> str:
    kind: object = wanted.get("type") or ("object" if "properties" in wanted else "string")
    if isinstance(kind, list):
        return next((str(one) for one in cast("list[object]", kind) if one != "null"), "string")
    return str(kind)
