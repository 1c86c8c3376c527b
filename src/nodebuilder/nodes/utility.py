"""Time and triggers: Wait and Trigger Detection."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, NamedTuple

from nodebuilder.node import node
from nodebuilder.widgets import DoNotWait, Number, Pull


class Waited(NamedTuple):
    """What Wait gives on.

    Attributes:
        output: The value as it came.
    """

    output: Any


@node("wait", category="Utility", tags=("wait", "delay", "sleep", "time"))
async def wait(
    trigger: Annotated[Any, Pull()],
    *,
    wait_time_seconds: Annotated[float, Number(minimum=0, step=0.1)] = 5,
) -> Waited:
    """Pass a value on after a while; the rest of the workflow goes on meanwhile.

    Args:
        trigger: The value.
        wait_time_seconds: How long it is held, in seconds.
    """
    await asyncio.sleep(wait_time_seconds)
    return Waited(trigger)


class Detected(NamedTuple):
    """What Trigger Detection gives.

    Attributes:
        trigger_source: The value that came in.
    """

    trigger_source: str


@node("trigger_detection", category="Utility", tags=("trigger", "merge", "either", "first"))
async def trigger_detection(
    dependency_input: Annotated[Any, Pull()] = None,
    trigger_input: Annotated[Any, DoNotWait()] = None,
) -> Detected:
    """Give on the value that set it off: a trigger's, or else the one that was asked for.

    Args:
        dependency_input: A value that is asked for, and kept for the run.
        trigger_input: A value that counts for the firing that it sets off, and goes before the other.
    """
    return Detected(dependency_input if trigger_input is None else trigger_input)
