"""Times at which a run begins: Schedule."""

from __future__ import annotations

import json
import time as clock
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from nodebuilder.errors import InputError
from nodebuilder.node import node
from nodebuilder.nodes.timetable import timetable
from nodebuilder.widgets import Advanced, Number, Text

Missed = Literal["skip", "run once"]
Overlap = Literal["skip", "wait", "run beside"]


class Scheduled(NamedTuple):
    """What Schedule gives.

    Attributes:
        time: The time that was due, as ISO 8601 with its offset; the present one when you run it by hand.
        missed: How many due times were passed over since the one before (1,000 stands for more).
    """

    time: str
    missed: float


@node("schedule", category="Events", tags=("schedule", "cron", "interval", "timer", "time", "event"), check=timetable)
async def schedule(
    *,
    kind: Literal["interval", "cron"] = "interval",
    every: Annotated[float, Number(minimum=0.001, step=1)] = 1,
    unit: Literal["seconds", "minutes", "hours", "days"] = "hours",
    cron: str = "0 9 * * *",
    timezone: str = "",
    missed: Missed = "skip",  # noqa: ARG001 - the server reads it, and begins the runs
    overlap: Overlap = "skip",  # noqa: ARG001 - the same
    payload: Annotated[str, Text(lines=2), Advanced()] = "",
) -> Scheduled:
    """Begin a run at set times while the workflow listens: at equal intervals, or as a cron expression says.

    Args:
        kind: At equal intervals, or by a cron expression.
        every: How long an interval is, in units; at least a second.
        unit: The unit of the interval; a day is 24 hours.
        cron: Minute, hour, day of the month, month, day of the week; or @hourly, @daily, @weekly, @monthly, @yearly.
        timezone: The time zone for cron and for the time that goes out, like Europe/Berlin; UTC when empty.
        missed: What to do about times that passed while the server was off or asleep: nothing, or one run for all.
        overlap: What to do when the run before still goes on: leave this time out, wait for its end, or run beside it.
        payload: The time that was due, as JSON; filled in when a schedule begins the run.
    """
    if payload.strip():
        return _told(payload)
    widgets = {"kind": kind, "every": every, "unit": unit, "cron": cron, "timezone": timezone}
    return Scheduled(timetable(widgets).written(int(clock.time()) * 1000), 0)


def _told(payload: str) -> Scheduled:
    """Return what the payload says."""
    try:
        told: Any = json.loads(payload)
    except (ValueError, RecursionError):
        told = None
    match told:
        case {"time": str(due), "missed": int(missed)} if _is_moment(due) and missed >= 0:
            return Scheduled(due, missed)
        case _:
            raise InputError(
                'Widget "payload" holds no due time.',
                'Write {"time": "2026-03-01T09:00:00+01:00", "missed": 0}, or leave it empty for the present time.',
                code="bad_payload",
            )


def _is_moment(text: str) -> bool:
    """Whether a text is an ISO 8601 time with an offset."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
