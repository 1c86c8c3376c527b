"""Many values into one: Concatenate Array and String Array Creator."""

from __future__ import annotations

from typing import Annotated, Any, Final, NamedTuple

from nodebuilder.context import Context
from nodebuilder.node import node
from nodebuilder.values import as_sequence
from nodebuilder.widgets import Array, DoNotWait, Pull, When


class FullText(NamedTuple):
    """What Concatenate Array gives.

    Attributes:
        full_text: The texts in the order of their slots, with the separator between them.
    """

    full_text: str


@node("concatenate_array", category="Text", tags=("join", "concat", "text", "array"))
async def concatenate_array(texts: Annotated[list[str], Array(), Pull()], *, separator: str = ", ") -> FullText:
    """Join any number of texts into one.

    Args:
        texts: The texts; add a slot for each.
        separator: What stands between two of them.
    """
    return FullText(separator.join(texts))


class StringArray(NamedTuple):
    """What String Array Creator gives.

    Attributes:
        string_array: The list, or its only item.
    """

    string_array: Any


_LATEST: Final = "latest"


@node("string_array_creator", category="Utility", tags=("list", "array", "collect", "wait"))
async def string_array_creator(
    ctx: Context,
    inputs: Annotated[
        list[Any],
        Array(),
        Pull(),
        When("wait_toggle", False, DoNotWait()),
        When("dependency_toggle", False),
    ] = [],  # noqa: B006 - it is never changed
    *,
    wait_toggle: bool = True,  # noqa: ARG001 - the rules of `inputs` read it
    dependency_toggle: bool = True,  # noqa: ARG001 - the rules of `inputs` read it
    single_item_passthrough: bool = True,
    accumulate: bool = False,
) -> StringArray:
    """Make one list of what comes in, whatever its kind.

    Args:
        inputs: The values; lists among them are taken apart, one level deep.
        wait_toggle: Whether it waits until every connected slot has a value.
        dependency_toggle: Whether it asks for the values, and keeps them; only when it waits.
        single_item_passthrough: Whether a list of one item is given as that item.
        accumulate: Whether all slots count, each with its latest value; otherwise only the last slot that has one.
    """
    latest = _remember(ctx, inputs)
    taken = [latest[slot] for slot in sorted(latest)] if accumulate else inputs[-1:]
    items = [item for value in taken for item in _flat(value)]
    return StringArray(items[0] if single_item_passthrough and len(items) == 1 else items)


def _remember(ctx: Context, values: list[Any]) -> dict[int, Any]:
    """Return the latest value of every slot that ever had one in this run; an input that does not wait keeps none."""
    slots = ctx.slots("inputs")
    if len(values) < len(slots):
        slots = tuple(slot for slot in slots if f"inputs[{slot}]" in ctx.fresh)
    latest: dict[int, Any] = ctx.memory.setdefault(_LATEST, {})
    latest.update(zip(slots, values, strict=True))
    return latest


def _flat(value: Any) -> list[Any]:
    items = as_sequence(value)
    return [value] if items is None else items
