"""Nodes for the tests of tools in the editor: a model that does what its widget says, and tools to call."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from nodebuilder import About, Array, Context, NodeError, Number, Pull, Text, node, tool
from nodebuilder.widgets import Advanced, Tools


class Said(NamedTuple):
    """What the model gives."""

    response: str
    tool_calls: Annotated[list[Any], Array()]


@node("planner", title="Planner", category="Test", tags=("preview",))
async def planner(
    ctx: Context,
    prompt: str,
    tools: Annotated[list[Any], Array(), Pull(), Tools()],
    *,
    calls: Annotated[str, Text(lines=3)] = "[]",
    words: int = 20,
    rounds: Annotated[int, Number(minimum=1, maximum=100), Advanced()] = 20,
    patience: Annotated[float, Advanced(), About("Seconds between two words.")] = 0.02,
) -> Said:
    """Write some words, call tools, and tell what they answered."""
    text = ""
    for number in range(words):
        text += f"word {number} "
        ctx.stream(f"word {number} ")
        await asyncio.sleep(patience)
    wanted = [
        (slot, {"id": f"call_{at}", "name": "tool", "arguments": a}) for at, (slot, a) in enumerate(json.loads(calls))
    ]
    answers = await asyncio.gather(*(ctx.call_tool(slot, call) for slot, call in wanted))
    for answer in answers:
        said = str(answer.get("result") or answer.get("error"))
        text += f"[{said}]"
        ctx.stream(f"[{said}]")
    return Said(f"{prompt}: {text} ({rounds})", [])


@tool("echo", title="Echo", category="Test")
async def echo(ctx: Context, text: str, *, gate: str = "") -> str:
    """Say a text again, once a file is there.

    Args:
        text: What is said again.
    """
    while gate and not Path(gate).exists():  # noqa: ASYNC110 - the test makes the file in another process
        await asyncio.sleep(0.02)
    return f"echo {text}"


@tool("grumpy", title="Grumpy", category="Test")
async def grumpy(ctx: Context, text: str) -> str:
    """Fail whatever it is asked.

    Args:
        text: What it is asked.
    """
    raise NodeError("The tool is in a bad mood.", "Ask it another day.")
