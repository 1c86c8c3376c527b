"""Node types that call tools, and tools, for tests of the engine alone: no language model is needed."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, NamedTuple

from nodebuilder.context import Context
from nodebuilder.errors import InputError, TryAgain
from nodebuilder.node import node, tool
from nodebuilder.values import SKIP, Skip
from nodebuilder.widgets import Array, DoNotWait, Pull, Tools


class Called(NamedTuple):
    """What came of the calls."""

    answers: list[Any]
    tool_calls: Annotated[list[Any], Array()]


@node("caller")
async def caller(
    ctx: Context,
    prompt: Annotated[Any, Pull()],
    tools: Annotated[list[Any], Array(), Pull(), Tools()],
    *,
    call_id: str = "c",
    times: int = 1,
    seconds: float = 0.0,
    before: float = 0.0,
    after: float = 0.0,
) -> Called | Skip:
    """Call the tool at each slot a number of times, all at once; every call has the same id."""
    if ctx.firing > 1 and "prompt" not in ctx.fresh:
        return SKIP
    await asyncio.sleep(before)
    assert len(tools) == len(ctx.slots("tools"))
    calls = [
        ctx.call_tool(
            slot, {"id": call_id, "name": "echo", "arguments": {"n": n, "value": prompt}}, seconds=seconds or None
        )
        for slot in ctx.slots("tools")
        for n in range(times)
    ]
    answers = await asyncio.gather(*calls)
    await asyncio.sleep(after)
    return Called(list(answers), [])


@tool("echo")
async def echo(ctx: Context, n: int, value: Any = None, *, seconds: float = 0.0) -> dict[str, Any]:
    """Give back what came."""
    await asyncio.sleep(seconds)
    return {"n": n, "value": value, "calling": ctx.calling}


@tool("break_down")
async def break_down(n: int, value: Any = None, *, how: str = "raise", seconds: float = 0.0) -> Any:
    """Break."""
    await asyncio.sleep(seconds)
    if how == "again":
        raise TryAgain("Say it in another way.")
    if how == "input":
        raise InputError("There is no such thing.", "Ask for another.")
    raise RuntimeError("boom")


@node("silent")
async def silent(tool_call: Annotated[Any, DoNotWait()] = None, *, seconds: float = 0.0, says: str = "") -> Any:
    """A tool that takes a call and gives something that is no result."""
    if tool_call is None:
        return {"name": "silent", "input_schema": {"type": "object"}}
    await asyncio.sleep(seconds)
    return says


@node("relay")
async def relay(value: Annotated[Any, Pull()], *, seconds: float = 0.0) -> Any:
    """Give what came, from whoever is asked for it; a call or a result takes a while."""
    await asyncio.sleep(seconds if isinstance(value, dict) and "id" in value else 0)
    return value


@node("copy")
async def copy(value: Annotated[Any, Pull()]) -> Any:
    """Give a copy of an object, and all else as it is."""
    return {**value} if isinstance(value, dict) else value


@node("give_call")
async def give_call(*, call_id: str = "direct", n: int = 100, as_text: bool = False) -> Any:
    """Give a call, as a Dictionary Input would."""
    if as_text:
        return f'{{"id": "{call_id}", "arguments": {{"n": {n}}}}}'
    return {"id": call_id, "name": "echo", "arguments": {"n": n}}


@node("asks_further")
async def asks_further(
    ctx: Context,
    tool_call: Annotated[Any, DoNotWait()] = None,
    tools: Annotated[list[Any], Array(), Pull(), Tools()] = [],  # noqa: B006 - it is never changed
) -> Any:
    """A tool that answers with what its own tool answers."""
    if tool_call is None:
        return {"name": "asks_further", "input_schema": {"type": "object"}}
    inner = await ctx.call_tool(0, {"id": "inner", "name": "echo", "arguments": tool_call["arguments"]})
    return {"id": tool_call["id"], "result": inner}
