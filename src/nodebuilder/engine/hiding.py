"""Keeps known secrets out of events: every text of an event, however deep, goes through a redactor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast

from nodebuilder.redaction import Redactor
from nodebuilder.values import DEEPEST, TOO_DEEP


def hidden(value: Any, redactor: Redactor, depth: int = 0) -> Any:
    """Return `value` (an event, or what one carries) with every known secret in its texts replaced.

    What lies deeper than `DEEPEST` levels, as in a list that holds itself, is left out.
    """
    if depth > DEEPEST:
        return TOO_DEEP
    below = depth + 1
    match value:
        case str():
            return redactor.text(value)
        case Mapping():
            items = cast("Mapping[Any, Any]", value).items()
            return {hidden(key, redactor, below): hidden(item, redactor, below) for key, item in items}
        case list():
            return [hidden(item, redactor, below) for item in cast("list[Any]", value)]
        case tuple() if type(value) is tuple:  # pyright: ignore[reportUnknownArgumentType] - items may be anything
            return tuple(hidden(item, redactor, below) for item in cast("tuple[Any, ...]", value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return type(value)(
                **{each.name: hidden(getattr(value, each.name), redactor, below) for each in fields(value)}
            )
        case _:
            return value
