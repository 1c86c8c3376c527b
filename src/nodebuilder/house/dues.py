"""The rules of a schedule: which due times have a run, and which are passed over. Nothing here waits or keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from nodebuilder.nodes.schedule import Missed, Overlap
from nodebuilder.nodes.timetable import MOST_COUNTED, Timetable, timetable
from nodebuilder.storage.schedules import ScheduleState

IN_TIME_MS: Final = 60_000
"""A due time that is noticed so late is not missed yet."""
FAR_BACK_MS: Final = 3_600_000
"""When the clock is set back by more than this, a schedule does not wait until it has come round again."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the widgets of a Schedule node say."""

    times: Timetable
    missed: Missed
    overlap: Overlap

    @classmethod
    def of(cls, widgets: Mapping[str, Any]) -> Rules:
        """Read the rules; raises `InputError` when the widgets name no times."""
        return cls(timetable(widgets), widgets["missed"], widgets["overlap"])


def begun(rules: Rules, now: int, earlier: ScheduleState | None = None) -> ScheduleState:
    """Return where a schedule stands when it begins: there it was, or, with another timetable, at the present."""
    if earlier is not None and earlier.rule == rules.times.rule:
        return earlier
    return ScheduleState(rules.times.rule, anchor=now, dealt=now)


def dealt_with(state: ScheduleState, rules: Rules, now: int, *, busy: bool) -> ScheduleState:
    """Return the state in which all due times up to now are dealt with; `busy`: the run before goes on.

    However many there are, at most the last of them is to have a run: it is `pending` then.
    """
    if now < state.dealt - FAR_BACK_MS:
        return replace(state, dealt=now)
    due, count = rules.times.last(state.dealt, now, state.anchor)
    if due is None:
        return state
    wanted = (now - due <= IN_TIME_MS or rules.missed == "run once") and not (busy and rules.overlap == "skip")
    if not wanted:
        return replace(state, dealt=due, passed=_counted(state.passed + count))
    replaced = state.before + 1 if state.pending is not None else 0
    before = _counted(replaced + state.passed + count - 1)
    return replace(state, dealt=due, passed=0, pending=due, before=before)


def given_up(state: ScheduleState) -> ScheduleState:
    """Return the state in which the pending due time has been passed over."""
    passed = _counted(state.passed + state.before + 1)
    return replace(state, pending=None, before=0, passed=passed)


def run_begun(state: ScheduleState) -> ScheduleState:
    """Return the state in which the pending due time has its run."""
    return replace(state, pending=None, before=0)


def _counted(count: int) -> int:
    return min(count, MOST_COUNTED)
