"""Small node types that the tests of the engine are written with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, NamedTuple

from nodebuilder.context import Context
from nodebuilder.node import node
from nodebuilder.values import SKIP
from nodebuilder.widgets import Array, DoNotWait, Pull

Pulled = Annotated[float, Pull()]


@node("number")
async def number(*, value: float = 1.0) -> float:
    """Give a number."""
    return value


@node("text")
def text(*, value: str = "") -> str:
    """Give a text."""
    return value


@node("add")
async def add(a: Pulled, b: Pulled) -> float:
    """Add two pulled numbers."""
    return a + b


@node("add_pushed")
async def add_pushed(a: Pulled, b: float) -> float:
    """Add a pulled number and a pushed one."""
    return a + b


@node("join")
async def join(a: Any, b: Any) -> list[Any]:
    """Wait for two values."""
    return [a, b]


@node("hand_on")
async def hand_on(value: Any) -> Any:
    """Give what came."""
    return value


@node("slow")
async def slow(value: Any, *, seconds: float = 0.01) -> Any:
    """Give what came, later."""
    await asyncio.sleep(seconds)
    return value


@node("show")
async def show(ctx: Context, value: Any) -> None:
    """Remember what came."""
    ctx.display("json", value)


@node("fail")
async def fail(value: Any) -> Any:
    """Fail."""
    raise ValueError(f"no use for {value}")


@node("skip_odd")
async def skip_odd(value: float) -> float:
    """Let even numbers through."""
    return value if value % 2 == 0 else SKIP  # pyright: ignore[reportReturnType]


@node("count_to")
async def count_to(last: float) -> AsyncIterator[float]:
    """Give 1, 2, … up to `last`."""
    for each in range(1, int(last) + 1):
        yield float(each)


class Way(NamedTuple):
    """Two ways on."""

    again: float
    out: float


@node("double")
async def double(begin: Annotated[float, DoNotWait()] = 0.0, back: Annotated[float, DoNotWait()] = 0.0) -> Way:
    """Double what comes until it is over 100."""
    value = begin or back
    return Way(SKIP, value) if value > 100 else Way(value * 2, SKIP)  # pyright: ignore[reportArgumentType]


@node("texts")
async def texts(
    first_1: Annotated[list[str], Array(), Pull()],
    second_2: Annotated[list[str], Array()],
    plain: Annotated[str, Pull()],
) -> str:
    """Put texts together."""
    return "".join(first_1) + "|" + "".join(second_2) + "|" + plain


class Slots(NamedTuple):
    """An array of outputs."""

    items: Annotated[list[Any], Array()]


@node("spread")
async def spread(values: Annotated[list[Any], Array()]) -> Slots:
    """Give each value to the slot of its place."""
    return Slots(values)


@node("gather")
async def gather(values: Annotated[list[Any], Array()]) -> list[Any]:
    """Give all values as one list."""
    return values


@node("loose")
async def loose(ctx: Context, value: Annotated[Any, DoNotWait()] = None) -> Any:
    """Give what came, or that nothing did."""
    return ["fresh" if "value" in ctx.fresh else "nothing", value]
