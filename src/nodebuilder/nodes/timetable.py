"""When a schedule is due: a grid of equal steps, or the times that a cron expression names in a time zone."""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from cronsim import CronSim, CronSimError

from nodebuilder.errors import InputError
from nodebuilder.widget_values import near_name, show

MOST_COUNTED: Final = 1000
"""Due times that were passed over are counted up to here."""

UNIT_MS: Final[Mapping[str, int]] = {"seconds": 1000, "minutes": 60_000, "hours": 3_600_000, "days": 86_400_000}
LEAST_STEP_MS: Final = 1000
MOST_STEP_MS: Final = 3660 * UNIT_MS["days"]
NAMED: Final[Mapping[str, str]] = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MOST_CHARS: Final = 200
_EXAMPLE: Final = 'Write five fields, minute hour day month weekday, for example "0 9 * * MON-FRI".'


@dataclass(frozen=True, slots=True)
class Timetable:
    """The due times of a schedule, in milliseconds since 1970.

    Attributes:
        zone: The time zone in which cron is read and times are written.
        step: The milliseconds from one due time to the next; 0 with a cron expression.
        cron: The five fields; empty with a step.
        text: How a person reads it.
    """

    zone: tzinfo
    step: int
    cron: str
    text: str

    @property
    def rule(self) -> str:
        """What makes it another timetable when it changes."""
        return f"every {self.step} ms" if self.step else f"cron {self.cron} in {self.zone}"

    def after(self, moment: int, anchor: int) -> int | None:
        """Return the first due time after a moment, or None when none comes; steps are counted from `anchor`."""
        if self.step:
            return anchor + ((moment - anchor) // self.step + 1) * self.step
        return next(self._times(moment), None)

    def last(self, after: int, until: int, anchor: int) -> tuple[int | None, int]:
        """Return the last due time after `after` and not after `until`, and how many there are (1,000 for more)."""
        if self.step:
            first, newest = (after - anchor) // self.step, (until - anchor) // self.step
            return (anchor + newest * self.step, min(newest - first, MOST_COUNTED)) if newest > first else (None, 0)
        due, count = None, 0
        for time in self._times(after):
            if time > until:
                return due, count
            due, count = time, count + 1
            if count == MOST_COUNTED:
                break
        return (self._newest(due, until) if due is not None else None), count

    def written(self, moment: int) -> str:
        """Return a moment as ISO 8601 with the offset of the zone."""
        precise = "milliseconds" if moment % 1000 else "seconds"
        return datetime.fromtimestamp(moment / 1000, self.zone).isoformat(timespec=precise)

    def _times(self, moment: int) -> Iterator[int]:
        """Yield the due times of the cron expression after a moment, in order."""
        begin, newest = datetime.fromtimestamp(moment // 1000, self.zone), moment
        for time in CronSim(self.cron, begin):
            # An hour that comes twice is read as its first time, which may be over at `moment`.
            due = int(time.timestamp()) * 1000
            if due > newest:
                yield (newest := due)

    def _newest(self, known: int, until: int) -> int:
        """Return the last due time up to `until`, looking back from there further and further; one is `known`."""
        back = UNIT_MS["hours"]
        while until - back > known:
            found = None
            for time in self._times(until - back):
                if time > until:
                    break
                found = time
            if found is not None:
                return found
            back *= 2
        return max(time for time in (known, *_up_to(self._times(known), until)))


def _up_to(times: Iterator[int], until: int) -> Iterator[int]:
    for time in times:
        if time > until:
            return
        yield time


def timetable(values: Mapping[str, Any]) -> Timetable:
    """Return the timetable that the widgets of a Schedule node hold.

    Raises:
        InputError: they name no times; code `bad_interval`, `bad_cron` or `unknown_timezone`.
    """
    zone = _zone(values["timezone"].strip())
    if values["kind"] == "interval":
        return _interval(values["every"], values["unit"], zone)
    return _cron(values["cron"].strip(), zone)


def _interval(every: float, unit: str, zone: tzinfo) -> Timetable:
    step = every * UNIT_MS[unit]
    if not LEAST_STEP_MS <= step <= MOST_STEP_MS:
        raise InputError(
            f"A schedule cannot come every {every:g} {unit}.",
            "Choose an interval from 1 second to 3,660 days.",
            code="bad_interval",
            socket="every",
        )
    return Timetable(zone, round(step), "", f"every {every:g} {unit}" if every != 1 else f"every {unit[:-1]}")


def _cron(expression: str, zone: tzinfo) -> Timetable:
    fields = NAMED.get(expression.lower(), expression)
    if len(expression) > _MOST_CHARS or len(fields.split()) != 5:
        raise _bad_cron(expression, "it has not five fields")
    try:
        CronSim(fields, datetime.now(UTC))
    except CronSimError as error:
        raise _bad_cron(expression, f"the {str(error).removeprefix('Bad ')} cannot be") from error
    found = Timetable(zone, 0, " ".join(fields.upper().split()), expression)
    if found.after(round(datetime.now(UTC).timestamp() * 1000), 0) is None:
        raise _bad_cron(expression, "no such day comes within 50 years")
    return found


def _bad_cron(expression: str, why: str) -> InputError:
    return InputError(f"{show(expression)} is no cron expression: {why}.", _EXAMPLE, code="bad_cron", socket="cron")


def _zone(name: str) -> tzinfo:
    if name.upper() in {"", "UTC"}:
        return UTC
    if name not in _zones():
        near = near_name(name, sorted(_zones()))
        raise InputError(
            f"There is no time zone {show(name)}.",
            f'Did you mean "{near}"?' if near else 'Write it like "Europe/Berlin", or leave it empty for UTC.',
            code="unknown_timezone",
            socket="timezone",
        )
    return zoneinfo.ZoneInfo(name)


@functools.cache
def _zones() -> frozenset[str]:
    """The names of all zones; a name that is not among them is never looked for on the disk."""
    return frozenset(zoneinfo.available_timezones())
