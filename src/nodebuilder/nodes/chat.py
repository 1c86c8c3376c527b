"""Where a conversation comes in: Display Input and Get Display Context."""

from __future__ import annotations

from copy import deepcopy
from typing import Annotated, Any, NamedTuple

from nodebuilder.context import Context
from nodebuilder.node import node
from nodebuilder.widgets import Text


class DisplayInput(NamedTuple):
    """What a message brings.

    Attributes:
        user_input: The text of the message, as it was written.
        display_context: All entries of the display panel, oldest first, the message itself included.
        trigger: An empty text, to set off what needs no value.
    """

    user_input: str
    display_context: Any
    trigger: Any


@node("display_input", title="Display Input", category="Events", tags=("chat", "message", "event", "user"))
async def display_input(ctx: Context, *, message: Annotated[str, Text(lines=2)] = "") -> DisplayInput:
    """Begin a run for each message that you write below the display panel.

    Args:
        message: What it gives when you run the workflow without writing a message.
    """
    return DisplayInput(message, deepcopy(ctx.display_context()), "")


class DisplayContext(NamedTuple):
    """What Get Display Context gives.

    Attributes:
        context: The entries of the display panel, oldest first; a copy.
    """

    context: Any


@node("get_display_context", title="Get Display Context", category="Input", tags=("chat", "history", "context"))
async def get_display_context(ctx: Context, *, filter_by_node_id: bool = False) -> DisplayContext:
    """Give what the display panel shows: each entry with its node, kind, content and time.

    Args:
        filter_by_node_id: Give only the entries of this very node, of which there are none unless a file brought them.
    """
    entries = deepcopy(ctx.display_context())
    if filter_by_node_id:
        entries = [entry for entry in entries if entry["node_id"] == ctx.node]
    return DisplayContext(entries)
