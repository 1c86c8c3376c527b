"""How values that come one after the other go on: Accumulate, Gate and Merge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, NamedTuple, TypedDict

from nodebuilder.context import Context
from nodebuilder.node import node
from nodebuilder.nodes.comparison import is_true
from nodebuilder.nodes.math import total
from nodebuilder.values import SKIP, SocketType, convert
from nodebuilder.widgets import Array, DoNotWait, Number, When

# All three remember in `own_memory`: what belongs to one item of a For Each never mixes with that of another.
# None of them is a generator: a firing that ends at once leaves no time in which values pile up at two inputs, where
# nobody could say any more which of them came first.

_NOTHING: Final[Any] = SKIP


class Accumulated(NamedTuple):
    """What Accumulate gives.

    Attributes:
        items: What has come: a list, or the text or the sum that it makes.
        count: How many values that are.
    """

    items: Any
    count: int  # pyright: ignore[reportIncompatibleMethodOverride] - the output bears this name


_TAKEN: Final[dict[str, Callable[[Any], Any]]] = {
    "list": lambda value: value,
    "text": lambda value: convert(value, SocketType.TEXT, "value"),
    "sum": lambda value: convert(value, SocketType.NUMBER, "value"),
}


@node("accumulate", category="Loops", tags=("collect", "gather", "batch", "list", "sum", "join", "loop"))
async def accumulate(
    ctx: Context,
    value: Annotated[Any, DoNotWait()] = None,
    flush: Annotated[Any, DoNotWait()] = None,  # noqa: ARG001 - it counts that it came
    *,
    size: Annotated[int, Number(minimum=0)] = 0,
    kind: Literal["list", "text", "sum"] = "list",
    separator: str = ", ",
) -> Accumulated:
    """Collect values that come one after the other.

    Args:
        value: A value; each is kept.
        flush: Whatever comes here says: give what there is now, and begin anew.
        size: How many values are given at a time; 0: all that came so far, at each value, or at the flush if that is
            linked.
        kind: What is made of the values.
        separator: What stands between two texts.
    """
    kept: list[Any] = ctx.own_memory.setdefault("kept", [])
    fresh = ctx.fresh
    if "value" in fresh:
        kept.append(_TAKEN[kind](value))
    flushed = "flush" in fresh
    full = 0 < size <= len(kept)
    grown = size == 0 and "value" in fresh and "flush" not in ctx.connected
    if not (full or grown or (flushed and (kept or size == 0))):
        return Accumulated(_NOTHING, _NOTHING)
    given = list(kept)
    if full or flushed:
        kept.clear()
    return Accumulated(_made(given, kind, separator), len(given))


def _made(values: list[Any], kind: str, separator: str) -> Any:
    match kind:
        case "text":
            return separator.join(values)
        case "sum":
            made = 0.0
            for value in values:
                made = total(made, value)
            return made
        case _:
            return values


class Passed(NamedTuple):
    """What Gate gives.

    Attributes:
        output: A value that passes, as it came.
        dropped: A value that came while the gate was closed, when those are dropped.
    """

    output: Any
    dropped: Any


class _Gate(TypedDict):
    open: bool
    held: list[Any]


@node("gate", category="Loops", tags=("gate", "hold", "open", "close", "block", "switch"))
async def gate(
    ctx: Context,
    value: Annotated[Any, DoNotWait()] = None,
    open: Annotated[Any, DoNotWait()] = None,  # noqa: A002 - the input bears this name
    *,
    starts_open: bool = False,
    when_closed: Literal["hold", "drop"] = "hold",
) -> Passed:
    """Let values pass while it is open.

    Args:
        value: A value that wants to pass.
        open: A yes opens the gate and a no closes it: nothing, 0, an empty list and the texts `false`, `no`, `off` and
            `0` are a no.
        starts_open: Whether it is open until something comes to `open`.
        when_closed: What becomes of a value while the gate is closed: it waits until the gate opens, or goes to
            `dropped`.
    """
    state: _Gate = ctx.own_memory.setdefault("gate", {"open": starts_open, "held": []})
    fresh = ctx.fresh
    if "open" in fresh:
        state["open"] = is_true(open)
    if "value" in fresh and not state["open"] and when_closed == "drop":
        return Passed(SKIP, value)
    if "value" in fresh:
        state["held"].append(value)
    if state["open"]:
        passing, state["held"] = state["held"], []
        for each in passing:
            ctx.emit({"output": each})
    return Passed(SKIP, SKIP)


class Merged(NamedTuple):
    """What Merge gives.

    Attributes:
        output: A value as it came; a list of all, in the order of the slots, when it waits for all.
        slot: The number of the slot at which the value came in, from 0; nothing when it waits for all.
    """

    output: Any
    slot: int


@node("merge", category="Loops", tags=("merge", "join", "race", "first", "either", "any", "together"))
async def merge(
    ctx: Context,
    inputs: Annotated[list[Any], Array(), When("mode", "each", DoNotWait()), When("mode", "first", DoNotWait())] = [],  # noqa: B006 - it is never changed
    *,
    mode: Literal["each", "all", "first"] = "each",
) -> Merged:
    """Bring several ways together into one.

    Args:
        inputs: The ways; add a slot for each.
        mode: Each value goes on as it comes; or one of each way is waited for, and they go on as a list; or only the
            first value of all goes on, and the others are dropped.
    """
    if mode == "all":
        return Merged(inputs, _NOTHING)
    came = [slot for slot in ctx.slots("inputs") if f"inputs[{slot}]" in ctx.fresh]
    for slot, value in zip(came, inputs, strict=True):
        if mode == "first":
            if ctx.own_memory.get("gone"):
                break
            ctx.own_memory["gone"] = True
        ctx.emit({"output": value, "slot": slot})
    return Merged(SKIP, _NOTHING)
