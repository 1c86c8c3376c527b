"""How runs are told of that something set off: one line each."""

from __future__ import annotations

from nodebuilder.cli.progress import money
from nodebuilder.events import RunFinished
from nodebuilder.house.fired import Cause


def set_off_line(cause: Cause, event: RunFinished) -> str:
    """Return the line that says how a run ended: the node that set it off, status, time, cost, and why it failed."""
    cost = f", {money(event.cost_usd)}" if event.cost_usd != 0 else ""
    why = "".join(f". {error.node}: {error.message}" for error in event.errors[:1])
    return f"{cause.node}  set off: {event.status} in {event.seconds:.1f} s{cost}{why}"
