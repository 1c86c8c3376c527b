"""Where values are shown: Display Output and Log."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, NamedTuple

from nodebuilder.context import Context
from nodebuilder.events import Level
from nodebuilder.node import node
from nodebuilder.values import Asset, to_json
from nodebuilder.widgets import Pull

MessageType = Literal["LOG", "DEBUG", "TEST_EVENT", "ERROR", "DISPLAY"]
_LEVELS: dict[str, Level] = {"LOG": "info", "DEBUG": "debug", "TEST_EVENT": "info", "ERROR": "error"}


class DisplayOutput(NamedTuple):
    """What Display Output gives on.

    Attributes:
        data_out: The value as it came.
    """

    data_out: Any


@node("display_output", title="Display Output", category="Output", tags=("display", "show", "preview", "result"))
async def display_output(
    ctx: Context,
    data: Annotated[Any, Pull()],
    *,
    content_type: Literal["text", "image", "video"] = "text",
) -> DisplayOutput:
    """Show a value on the display panel and pass it on.

    Args:
        data: What is shown: text, a link to a picture or video, or any other value.
        content_type: How it is shown.
    """
    shown = _as_text(data)
    if content_type == "image" and isinstance(shown, str) and shown:
        ctx.preview(shown)
    ctx.display(content_type, shown)
    return DisplayOutput(data)


class LogOutput(NamedTuple):
    """What Log gives on.

    Attributes:
        value_out: The value as it came.
    """

    value_out: Any


@node("log", category="Output", tags=("log", "debug", "message"))
async def log(
    ctx: Context,
    value_in: Annotated[Any, Pull()] = None,
    *,
    message_type: MessageType = "LOG",
) -> LogOutput:
    """Write a value to the log and pass it on.

    Args:
        value_in: What is written.
        message_type: The kind of line; DISPLAY shows it on the display panel instead.
    """
    message = str(_as_text(value_in))
    if message_type == "DISPLAY":
        ctx.display("text", message)
    else:
        ctx.log(message, _LEVELS[message_type])
    return LogOutput(value_in)


def _as_text(value: Any) -> Any:
    """Return pictures as their URL, lists and objects as indented JSON, and anything else as it is."""
    match value:
        case Asset():
            return value.url
        case dict() | list() | tuple():
            return json.dumps(to_json(value), ensure_ascii=False, indent=2)
        case _:
            return value
