"""When schedules are due: steps, cron expressions, time zones and the nights on which the clocks are changed."""

from __future__ import annotations

import contextlib
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import InputError
from nodebuilder.nodes.timetable import MOST_COUNTED, Timetable, timetable

ZONES = ("", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "America/St_Johns")


def made(**widgets: Any) -> Timetable:
    given = {"kind": "cron", "every": 1, "unit": "hours", "cron": "0 9 * * *", "timezone": ""}
    return timetable(given | widgets)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def first(times: Timetable, after: str, many: int) -> list[str]:
    found, moment = list[str](), ms(after)
    for _ in range(many):
        moment = times.after(moment, 0) or 0
        found.append(times.written(moment))
    return found


def test_steps_are_counted_from_where_they_began() -> None:
    times = made(kind="interval", every=90, unit="minutes")
    anchor = ms("2026-03-01T10:07:00Z")
    assert times.after(anchor, anchor) == ms("2026-03-01T11:37:00Z")
    assert times.after(ms("2026-03-01T11:37:00Z"), anchor) == ms("2026-03-01T13:07:00Z")
    assert times.after(ms("2026-03-01T09:00:00Z"), anchor) == ms("2026-03-01T10:07:00Z")
    assert times.last(anchor, ms("2026-03-01T14:00:00Z"), anchor) == (ms("2026-03-01T13:07:00Z"), 2)
    assert times.last(anchor, ms("2026-03-01T11:36:59Z"), anchor) == (None, 0)


def test_a_day_of_an_interval_is_24_hours_in_every_zone() -> None:
    times = made(kind="interval", every=1, unit="days", timezone="Europe/Berlin")
    assert times.written(times.after(ms("2026-03-28T12:00:00+01:00"), ms("2026-03-28T12:00:00+01:00")) or 0) == (
        "2026-03-29T13:00:00+02:00"
    )


@pytest.mark.parametrize(
    ("every", "unit", "text"),
    [(1, "hours", "every hour"), (5, "seconds", "every 5 seconds"), (0.5, "minutes", "every 0.5 minutes")],
)
def test_an_interval_reads_well(every: float, unit: str, text: str) -> None:
    assert made(kind="interval", every=every, unit=unit).text == text


@pytest.mark.parametrize(("every", "unit"), [(0.999, "seconds"), (0.01, "minutes"), (1e9, "days"), (3661, "days")])
def test_an_interval_under_a_second_or_over_ten_years_is_refused(every: float, unit: str) -> None:
    with pytest.raises(InputError, match="cannot come every") as refused:
        made(kind="interval", every=every, unit=unit)
    assert (refused.value.code, refused.value.socket) == ("bad_interval", "every")


@pytest.mark.parametrize(
    ("cron", "times"),
    [
        ("0 9 * * MON-FRI", ["2026-03-06T09:00:00+00:00", "2026-03-09T09:00:00+00:00"]),
        ("*/20 8 * * *", ["2026-03-06T08:00:00+00:00", "2026-03-06T08:20:00+00:00", "2026-03-06T08:40:00+00:00"]),
        ("0 0 1 JAN,JUL *", ["2026-07-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"]),
        ("0 12 L * *", ["2026-03-31T12:00:00+00:00", "2026-04-30T12:00:00+00:00"]),
        ("30 7 * * 7", ["2026-03-08T07:30:00+00:00", "2026-03-15T07:30:00+00:00"]),
        ("0 0 13 * FRI", ["2026-03-06T00:00:00+00:00", "2026-03-13T00:00:00+00:00", "2026-03-20T00:00:00+00:00"]),
        ("@daily", ["2026-03-06T00:00:00+00:00", "2026-03-07T00:00:00+00:00"]),
        ("@Weekly", ["2026-03-08T00:00:00+00:00"]),
        ("0 0 29 2 *", ["2028-02-29T00:00:00+00:00"]),
    ],
)
def test_cron_expressions_name_these_times(cron: str, times: list[str]) -> None:
    assert first(made(cron=cron), "2026-03-05T23:59:59Z", len(times)) == times


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("", "five fields"),
        ("0 9 * *", "five fields"),
        ("0 0 9 * * *", "five fields"),
        ("@reboot", "five fields"),
        ("60 * * * *", "minute"),
        ("* 24 * * *", "hour"),
        ("0 0 0 * *", "day-of-month"),
        ("0 0 30 2 *", "day-of-month"),
        ("0 0 * 13 *", "month"),
        ("0 0 * * MOON", "day-of-week"),
        ("*/0 * * * *", "minute"),
        ("5-1 * * * *", "minute"),
        ("0 0 1-1000000000 * *", "day-of-month"),
        ("* " * 300, "five fields"),
    ],
)
def test_a_wrong_cron_expression_is_refused_with_what_is_wrong_in_it(cron: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        made(cron=cron)
    assert (refused.value.code, refused.value.socket) == ("bad_cron", "cron")
    assert "0 9 * * MON-FRI" in refused.value.remedy


def test_an_unknown_zone_is_refused_and_a_near_one_named() -> None:
    with pytest.raises(InputError, match="Europe/Berln") as refused:
        made(timezone="Europe/Berln")
    assert (refused.value.code, refused.value.remedy) == ("unknown_timezone", 'Did you mean "Europe/Berlin"?')


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/localtime", "Europe", "Europe/Berlin\0", "+02:00"])
def test_what_is_no_name_of_a_zone_is_never_looked_for_on_the_disk(name: str) -> None:
    with pytest.raises(InputError):
        made(timezone=name)


def test_a_time_that_the_clocks_leave_out_comes_when_they_go_on_and_one_that_comes_twice_comes_once() -> None:
    times = made(cron="30 2 * * *", timezone="Europe/Berlin")
    assert first(times, "2026-03-28T00:00:00Z", 3) == [
        "2026-03-28T02:30:00+01:00",
        "2026-03-29T03:00:00+02:00",
        "2026-03-30T02:30:00+02:00",
    ]
    assert first(times, "2026-10-24T12:00:00Z", 2) == ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]


def test_a_server_that_begins_in_the_second_of_two_equal_hours_does_not_repeat_the_first() -> None:
    times = made(cron="30 2 * * *", timezone="Europe/Berlin")
    assert first(times, "2026-10-25T02:10:00+01:00", 1) == ["2026-10-26T02:30:00+01:00"]


def test_two_times_that_the_clocks_leave_out_come_as_one() -> None:
    times = made(cron="0,30 2 * * *", timezone="Europe/Berlin")
    assert first(times, "2026-03-29T00:00:00Z", 2) == ["2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"]


def test_what_comes_every_half_hour_goes_on_at_its_pace_while_the_clocks_are_changed() -> None:
    times = made(cron="*/30 * * * *", timezone="Europe/Berlin")
    for night in ("2026-03-29T00:00:00Z", "2026-10-24T23:00:00Z"):
        moment = ms(night)
        for _ in range(12):
            following = times.after(moment, 0) or 0
            assert following - moment == 30 * 60_000
            moment = following


def test_due_times_that_were_passed_over_are_counted_up_to_a_limit_and_the_last_is_found() -> None:
    begin, end = ms("2020-01-01T00:00:00Z"), ms("2026-03-01T12:34:56Z")
    assert made(cron="* * * * *").last(begin, end, 0) == (ms("2026-03-01T12:34:00Z"), MOST_COUNTED)
    assert made(cron="15 3 * * *").last(begin, end, 0) == (ms("2026-03-01T03:15:00Z"), MOST_COUNTED)
    assert made(kind="interval", every=1, unit="seconds").last(begin, end, begin) == (end, MOST_COUNTED)


minutes = st.sampled_from(["*", "*/7", "0", "30", "15,45", "10-20"])
hours = st.sampled_from(["*", "*/5", "0", "2", "1,2,3", "9-17"])
days = st.sampled_from(["*", "1", "31", "L", "10-20"])
months = st.sampled_from(["*", "3", "MAR,OCT", "1-6"])
weekdays = st.sampled_from(["*", "MON", "MON-FRI", "0", "7", "SUN#2"])
crons = st.builds(lambda *fields: " ".join(fields), minutes, hours, days, months, weekdays)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda moment: round(moment.replace(tzinfo=UTC).timestamp() * 1000)
)


@given(cron=crons, zone=st.sampled_from(ZONES), moment=moments, within=st.integers(0, 10**9))
def test_due_times_come_in_order_wherever_one_begins_to_look(cron: str, zone: str, moment: int, within: int) -> None:
    try:
        times = made(cron=cron, timezone=zone)
    except InputError:
        return
    found = list(itertools.islice(times._times(moment), 5))
    assert found == sorted(set(found))
    assert found[0] > moment
    assert times.after(moment, 0) == found[0]
    between = moment + within % (found[0] - moment)
    assert times.after(between, 0) == found[0]
    assert times.last(moment, found[-1], 0) == (found[-1], 5)
    assert times.last(moment, found[-1] - 1, 0) == (found[-2], 4)


@given(cron=crons, moment=moments)
def test_in_utc_due_times_are_the_minutes_that_match_every_field(cron: str, moment: int) -> None:
    try:
        times = made(cron=cron.replace("L", "28").replace("#2", ""))
    except InputError:
        return
    due = times.after(moment, 0) or 0
    at = datetime.fromtimestamp(due / 1000, UTC)
    fields = times.cron.split()
    assert at.second == 0
    assert at.minute in _named(fields[0], 0, 59)
    assert at.hour in _named(fields[1], 0, 23)
    assert at.month in _named(fields[3].replace("MAR", "3").replace("OCT", "10"), 1, 12)
    names = fields[4].replace("SUN", "7").replace("MON", "1").replace("FRI", "5")
    weekdays = {day % 7 for day in _named(names, 0, 7)}
    on_day, on_weekday = at.day in _named(fields[2], 1, 31), at.isoweekday() % 7 in weekdays
    both = fields[2].startswith("*") or fields[4].startswith("*")
    assert on_day and on_weekday if both else on_day or on_weekday


def _named(field: str, low: int, high: int) -> set[int]:
    found = set[int]()
    for part in field.split(","):
        span, _, step = part.partition("/")
        begin, _, end = (str(low), "", str(high)) if span == "*" else span.partition("-")
        found |= set(range(int(begin), int(end or begin) + 1, int(step or 1)))
    return found


@given(text=st.text(alphabet="0123456789*/,-#LWw@ SUNmon\0²٣", max_size=40))
def test_any_text_is_a_timetable_or_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        assert made(cron=text).after(0, 0)


def test_times_are_written_with_the_offset_of_their_zone() -> None:
    moment = ms("2026-07-01T12:00:00Z")
    assert made(timezone="Asia/Kolkata").written(moment) == "2026-07-01T17:30:00+05:30"
    assert made().written(moment + 250) == "2026-07-01T12:00:00.250+00:00"
    berlin = datetime.fromtimestamp(moment / 1000, ZoneInfo("Europe/Berlin"))
    assert datetime.fromisoformat(made(timezone="Europe/Berlin").written(moment)) - berlin == timedelta(0)
