"""How runs are told of that something set off: one line each."""

from __future__ import annotations

from collections.abc import Callable

from nodebuilder.cli.progress import money
from nodebuilder.events import RunFinished
from nodebuilder.house.fired import Cause


def set_off_line(cause: Cause, event: RunFinished, clean: Callable[[str], str]) -> str:
    """Return the line that says how a run ended: the node that set it off, status, time, cost, and why it failed.

    `clean` keeps keys out of it.
    """
    cost = f", {money(event.cost_usd)}" if event.cost_usd != 0 else ""
    why = "".join(f". {error.node}: {error.message}" for error in event.errors[:1])
    return one_line(clean(f"{cause.node}  set off: {event.status} in {event.seconds:.1f} s{cost}{why}"))


def one_line(text: str) -> str:
    """Return the text as one line that tells a terminal nothing: what came in from outside may be in it."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
