"""The rules of a schedule by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from nodebuilder.errors import InputError
from nodebuilder.house.dues import Rules, begun, dealt_with, given_up, run_begun
from nodebuilder.nodes.schedule import schedule
from nodebuilder.storage.schedules import ScheduleState

HOUR = 3_600_000


def rules(**values: Any) -> Rules:
    return Rules.of(schedule.read_widgets(values))


def test_a_schedule_begins_at_the_present_and_goes_on_where_it_was() -> None:
    hourly = rules()
    state = begun(hourly, 5 * HOUR)
    assert state == ScheduleState("every 3600000 ms", 5 * HOUR, 5 * HOUR)
    assert begun(hourly, 9 * HOUR, state) is state


@pytest.mark.parametrize("values", [{"every": 2}, {"unit": "days"}, {"kind": "cron"}])
def test_with_another_timetable_it_begins_anew(values: dict[str, Any]) -> None:
    state = begun(rules(), 5 * HOUR)
    assert begun(rules(**values), 9 * HOUR, state).dealt == 9 * HOUR


@pytest.mark.parametrize(
    "values", [{"overlap": "wait"}, {"missed": "run once"}, {"timezone": "Asia/Tokyo"}, {"cron": "@daily"}]
)
def test_other_edits_leave_an_interval_where_it_was(values: dict[str, Any]) -> None:
    state = begun(rules(), 5 * HOUR)
    assert begun(rules(**values), 9 * HOUR, state) is state


def test_a_due_time_is_to_have_a_run_and_is_then_left_behind() -> None:
    hourly = rules()
    state = begun(hourly, 0)
    assert dealt_with(state, hourly, HOUR - 1, busy=False) is state
    due = dealt_with(state, hourly, HOUR + 5, busy=False)
    assert (due.pending, due.dealt, due.before) == (HOUR, HOUR, 0)
    assert dealt_with(run_begun(due), hourly, HOUR + 5, busy=False).pending is None


@pytest.mark.parametrize(("late", "pending"), [(60_000, 3 * HOUR), (60_001, None)])
def test_what_is_more_than_a_minute_late_was_missed(late: int, pending: int | None) -> None:
    found = dealt_with(begun(rules(), 0), rules(), 3 * HOUR + late, busy=False)
    assert (found.pending, found.dealt) == (pending, 3 * HOUR)
    assert (found.before, found.passed) == ((2, 0) if pending else (0, 3))


def test_of_all_that_was_missed_only_the_last_has_a_run() -> None:
    once = rules(missed="run once")
    found = dealt_with(begun(once, 0), once, 100 * HOUR + HOUR // 2, busy=False)
    assert (found.pending, found.before, found.passed) == (100 * HOUR, 99, 0)
    assert dealt_with(found, once, 100 * HOUR + HOUR // 2, busy=False) is found


def test_while_the_run_before_goes_on_a_due_time_is_passed_over_or_waits_or_comes() -> None:
    state = begun(rules(), 0)
    assert dealt_with(state, rules(overlap="skip"), HOUR, busy=True).passed == 1
    assert dealt_with(state, rules(overlap="run beside"), HOUR, busy=True).pending == HOUR
    wait = rules(overlap="wait")
    first = dealt_with(state, wait, HOUR, busy=True)
    assert first.pending == HOUR
    second = dealt_with(first, wait, 2 * HOUR, busy=True)
    assert (second.pending, second.before) == (2 * HOUR, 1)


def test_what_is_passed_over_after_the_one_that_waits_does_not_count_for_it() -> None:
    wait = rules(overlap="wait")
    waiting = dealt_with(begun(wait, 0), wait, HOUR, busy=True)
    later = dealt_with(waiting, wait, 4 * HOUR + HOUR // 2, busy=True)
    assert (later.pending, later.before, later.passed) == (HOUR, 0, 3)
    following = dealt_with(run_begun(later), wait, 5 * HOUR, busy=False)
    assert (following.pending, following.before) == (5 * HOUR, 3)


def test_a_due_time_that_is_given_up_counts_as_passed_over() -> None:
    found = dealt_with(begun(rules(), 0), rules(), 2 * HOUR, busy=False)
    assert given_up(found) == ScheduleState("every 3600000 ms", 0, 2 * HOUR, passed=2)


def test_a_clock_that_is_set_back_a_little_is_waited_for_and_one_that_is_set_back_far_is_followed() -> None:
    state = ScheduleState("every 3600000 ms", 0, dealt=10 * HOUR)
    assert dealt_with(state, rules(), 9 * HOUR, busy=False) is state
    assert dealt_with(state, rules(), 9 * HOUR - 1, busy=False).dealt == 9 * HOUR - 1


def test_counting_stops_at_a_thousand() -> None:
    state = ScheduleState("every 3600000 ms", 0, dealt=0, passed=999)
    assert dealt_with(state, rules(), 5000 * HOUR + 70_000, busy=False).passed == 1000
    assert dealt_with(state, rules(), 5000 * HOUR, busy=False).before == 1000


def test_widgets_that_name_no_times_are_refused() -> None:
    with pytest.raises(InputError):
        rules(kind="cron", cron="soon")
