"""What goes into a workflow and what comes out of it: Input and Output."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from nodebuilder.context import Context
from nodebuilder.errors import InputError
from nodebuilder.node import node
from nodebuilder.widgets import Text
from nodebuilder.workflow import door_values

Kind = Literal["text", "number", "boolean", "image", "dictionary", "list", "any"]


class InputValue(NamedTuple):
    """What an Input node gives.

    Attributes:
        value: What the caller gave for this input, or else the default.
    """

    value: Any


@node("input", category="Input", tags=("input", "parameter", "publish", "argument"))
async def input_node(
    ctx: Context,
    *,
    name: str = "",
    type: Kind = "text",  # noqa: A002 - the widget bears this name in files
    default: Annotated[str, Text(lines=2)] = "",
    description: str = "",  # noqa: ARG001 - callers are told it, see house/published.py
    required: bool = False,
) -> InputValue:
    """Take in a value when the workflow is called, by a person, a program or another AI.

    Args:
        name: What callers call this input; empty: the id of the node.
        type: What kind of value it takes.
        default: What it gives when the caller gives nothing; lists and objects as JSON.
        description: What callers are told of it.
        required: Whether callers must give a value; with a default they need not.
    """
    called = name.strip() or ctx.node
    if not default.strip() and (required or type in ("number", "boolean", "dictionary", "list")):
        raise InputError(
            f'Input "{called}" has no value.',
            "Give one when you call the workflow, or write a default on the node.",
            code="no_value",
        )
    return InputValue(door_values.read(called, type, default))


class OutputValue(NamedTuple):
    """What an Output node gives on.

    Attributes:
        value: The value as it came.
    """

    value: Any


@node("output", category="Output", tags=("output", "result", "publish", "answer"))
async def output_node(
    value: Any,
    *,
    name: str = "",  # noqa: ARG001 - callers know the result by it, see house/calls.py
) -> OutputValue:
    """Give a value back to whoever called the workflow, and pass it on.

    Args:
        value: The result.
        name: What callers call this result; empty: the id of the node.
    """
    return OutputValue(value)
