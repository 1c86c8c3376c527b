"""What is given for a parameter: checked, written into the `default` of its Input node, and read from there."""

from __future__ import annotations

import json
from math import isfinite
from typing import Final

from nodebuilder.errors import InputError
from nodebuilder.values import JSON
from nodebuilder.widget_values import show
from nodebuilder.workflow.doors import Type

WANTED: Final[dict[Type, str]] = {
    "text": "a text",
    "number": "a finite number",
    "boolean": "true or false",
    "image": "the URL or file name of a picture, as a text",
    "dictionary": "an object",
    "list": "a list",
    "any": "any value",
}
"""What the parameters of each type take, for sentences."""

_BOOLEANS: Final = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


def written(name: str, kind: Type, value: JSON) -> str:
    """Return the text that stands for `value` on the Input node of the parameter `name`.

    Raises:
        InputError: the value is of another type (code `bad_input`).
    """
    match kind, value:
        case (("text" | "image"), str()):
            return value
        case "number", float() | int() if not isinstance(value, bool) and isfinite(value):
            return json.dumps(value)
        case "boolean", bool():
            return json.dumps(value)
        case ("dictionary", dict()) | ("list", list()) | ("any", _):
            return json.dumps(value, ensure_ascii=False)
        case _:
            raise InputError(f'Input "{name}" wants {WANTED[kind]}, but got {show(value)}.', "Give it that.")


def read(name: str, kind: Type, text: str) -> JSON:
    """Return the value that the text on the Input node of the parameter `name` stands for; an empty one stays a text.

    Raises:
        InputError: the text spells no value of that type (code `bad_input`).
    """
    if kind in ("text", "image") or not text.strip():
        return text
    try:
        value = _BOOLEANS[text.strip().lower()] if kind == "boolean" else _json(text)
        written(name, kind, value)
    except (LookupError, ValueError, RecursionError, InputError):
        if kind == "any":
            return text
        told = f'Input "{name}" wants {WANTED[kind]}, but its default is {show(text)}.'
        raise InputError(told, _REMEDIES[kind]) from None
    return value


_REMEDIES: Final[dict[Type, str]] = {
    "number": "Write a number, for example 2.5.",
    "boolean": "Write true or false.",
    "dictionary": 'Write a JSON object, for example {"name": "Ada"}.',
    "list": 'Write a JSON list, for example ["a", "b"].',
}


def _json(text: str) -> JSON:
    value: JSON = json.loads(text, parse_constant=_refuse)
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")
