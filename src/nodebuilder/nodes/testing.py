"""Nodes that show what a node can do, and that workflows for trying the engine are made of (category Test)."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal, NamedTuple
from uuid import uuid4

from nodebuilder.context import Context
from nodebuilder.node import node
from nodebuilder.nodes.math import total
from nodebuilder.values import SKIP
from nodebuilder.widgets import Array, DoNotWait, Number, Pull, Slider


@node("test_display_feature", category="Test", tags=("test", "display"))
async def display_feature(ctx: Context) -> None:
    """Put a text on the display panel, and look whether it is there."""
    text = f"Display test {uuid4().hex[:8]}"
    ctx.display("text", text)
    if any(entry["data"] == text for entry in ctx.display_context()):
        ctx.log(f'"{text}" is on the display panel.')
    else:
        ctx.error(f'"{text}" is not on the display panel.', "Report it: this is a mistake in the program.")


class TwoTexts(NamedTuple):
    """What Socket Array Test gives.

    Attributes:
        output_1: The texts of the first array, with commas between them.
        output_2: The texts of the second array, with commas between them.
    """

    output_1: str
    output_2: str


@node("socket_array_test", category="Test", tags=("test", "array"))
async def socket_array_test(
    texts_1: Annotated[list[str], Array(), Pull()],
    texts_2: Annotated[list[str], Array(), Pull()],
    dependency: Annotated[Any, Pull()],  # noqa: ARG001 - it only has to be there
) -> TwoTexts:
    """Join two arrays of texts, each for itself, once a third value is there.

    Args:
        texts_1: The first array.
        texts_2: The second array.
        dependency: Any value.
    """
    return TwoTexts(", ".join(texts_1), ", ".join(texts_2))


class Count(NamedTuple):
    """What Counter gives.

    Attributes:
        count: How often it has fired in this run, this time included.
    """

    count: int  # pyright: ignore[reportIncompatibleMethodOverride] - workflows know the output by this name


@node("counter", category="Loops", tags=("count", "memory", "loop"))
async def counter(ctx: Context, trigger: Any) -> Count:  # noqa: ARG001 - each value counts, whatever it is
    """Count the values that come.

    Args:
        trigger: Any value.
    """
    ctx.memory["count"] = ctx.memory.get("count", 0) + 1
    return Count(ctx.memory["count"])


class Result(NamedTuple):
    """What Add Node Test gives.

    Attributes:
        result: The sum.
    """

    result: float


@node("add_node_test", category="Test", tags=("test", "add"))
async def add_node_test(a: Annotated[float, Pull()], b: float) -> Result:
    """Add a number that is asked for and one that comes by itself.

    Args:
        a: The number that is asked for, and kept.
        b: The number that comes; each makes a sum.
    """
    return Result(total(a, b))


class Accumulated(NamedTuple):
    """What Looping Accumulator gives: one of the two.

    Attributes:
        result: The sum so far, while it is not over the threshold.
        threshold_reached: The sum, once it is over the threshold.
    """

    result: float
    threshold_reached: float


@node("looping_accumulator", category="Test", tags=("test", "loop", "memory"))
async def looping_accumulator(
    ctx: Context,
    initial_value: float = 0,
    add_value: Annotated[float, DoNotWait()] = 0,
    *,
    threshold: float = 100,
) -> Accumulated:
    """Add up what comes round a loop, and leave it when the sum is over a threshold.

    Args:
        initial_value: What it begins with.
        add_value: What is added, each time; link what the result leads to back to here.
        threshold: The sum that leaves the loop must be greater than this.
    """
    if "total" in ctx.memory:
        ctx.memory["total"] = total(ctx.memory["total"], add_value)
    else:
        ctx.memory["total"] = initial_value
        ctx.wait_for(["add_value"])
    reached: float = ctx.memory["total"]
    nothing: Any = SKIP
    return Accumulated(nothing, reached) if reached > threshold else Accumulated(reached, nothing)


class Texts(NamedTuple):
    """What Input Output Array Test gives.

    Attributes:
        out_array: Each text with the prefix, from slot 0 on; the slot of a text `skip` is silent.
    """

    out_array: Annotated[list[str], Array()]


@node("input_output_array_test", category="Test", tags=("test", "array", "skip"))
async def input_output_array_test(in_array: Annotated[list[str], Array(), Pull()], *, prefix: str = "pre-") -> Texts:
    """Put a prefix before each text of an array, and give each from a slot of its own.

    Args:
        in_array: The texts.
        prefix: What is put before each.
    """
    given: list[Any] = [SKIP if text.strip().lower() == "skip" else prefix + text for text in in_array]
    return Texts(given)


class Told(NamedTuple):
    """What Widget Test and Logging Test give.

    Attributes:
        output: One line of text.
    """

    output: str


@node("widget_test", category="Test", tags=("test", "widget"))
async def widget_test(
    *,
    text_widget: str = "Test String",
    number_widget: Annotated[float, Number(minimum=0, maximum=100, step=1)] = 42,
    slider_widget: Annotated[float, Slider(0, 10, 0.1)] = 5,
    boolean_widget: bool = True,
    combo_widget: Literal["Option 1", "Option 2", "Option 3"] = "Option 2",
) -> Told:
    """Tell what is set in five widgets, one of each kind.

    Args:
        text_widget: A text.
        number_widget: A number.
        slider_widget: A number on a slider.
        boolean_widget: A switch.
        combo_widget: A choice.
    """
    return Told(
        f"Text: {text_widget}, Number: {number_widget}, Slider: {slider_widget}, "
        f"Boolean: {boolean_widget}, Combo: {combo_widget}"
    )


@node("logging_test", category="Test", tags=("test", "log"))
async def logging_test(ctx: Context, trigger: Any) -> Told:
    """Write a line of each kind to the log.

    Args:
        trigger: Any value.
    """
    ctx.log(f"A log message: {trigger}")
    ctx.log("A debug message.", "debug")
    ctx.log("A test event: SUCCESS")
    await asyncio.sleep(1)
    ctx.log("An error message, which is only a line.", "error")
    return Told("Logging test completed.")
