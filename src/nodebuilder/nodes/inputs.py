"""Where values come from: Text, Number, Dictionary Input."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any, Final, NamedTuple, cast

from nodebuilder.context import Context
from nodebuilder.node import node
from nodebuilder.widgets import Code, Text

EXAMPLE_DICTIONARY = '{\n  "name": "Ada",\n  "age": 36,\n  "score": 9.5\n}'
_KINDS: Final[dict[type, str]] = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}


class TextOutput(NamedTuple):
    """What a Text node gives.

    Attributes:
        text_out: The text, as it was written.
    """

    text_out: str


@node("text", category="Input", tags=("text", "prompt", "string"))
async def text(*, value: Annotated[str, Text(lines=4)] = "Hello from backend!") -> TextOutput:
    """Give a text that you write on the node.

    Args:
        value: The text.
    """
    return TextOutput(value)


class NumberOutput(NamedTuple):
    """What a Number node gives.

    Attributes:
        number_out: The number; a whole number stays whole.
    """

    number_out: float


@node("number", category="Input", tags=("number", "integer", "float"))
async def number(*, value: float = 10) -> NumberOutput:
    """Give a number that you set on the node.

    Args:
        value: The number.
    """
    return NumberOutput(value)


class DictionaryOutput(NamedTuple):
    """What a Dictionary Input node gives.

    Attributes:
        dictionary_out: The object; empty when the text is no JSON object.
    """

    dictionary_out: dict[str, Any]


@node("dictionary_input", category="Input", tags=("json", "dictionary", "object"))
async def dictionary_input(
    ctx: Context, *, json_input: Annotated[str, Code("json")] = EXAMPLE_DICTIONARY
) -> DictionaryOutput:
    """Give a dictionary that you write as JSON; it may be nested.

    Args:
        json_input: A JSON object.
    """
    try:
        parsed = json.loads(json_input, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        ctx.error(f"The JSON cannot be read: {error}.", "Mend the text at that place.", code="bad_json")
        return DictionaryOutput({})
    if not isinstance(parsed, dict):
        kind = _KINDS.get(cast("type[object]", type(parsed)), "a number")
        ctx.error(
            f"The JSON is {kind}, not an object.",
            'Write an object, for example {"name": "Ada"}.',
            code="bad_json",
        )
        return DictionaryOutput({})
    return DictionaryOutput(parsed)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _finite(written: str) -> float:
    if not math.isfinite(found := float(written)):
        raise ValueError(f"{written[:40]} is too large for a number")
    return found
