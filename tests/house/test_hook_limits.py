from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.engine.budget import OUTER
from nodebuilder.house.hook_limits import Bucket, DayPurse


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_minute_lets_so_many_through_and_says_when_the_next_may_come() -> None:
    clock = Clock()
    bucket = Bucket(60, clock)
    assert [bucket.take() for _ in range(60)] == [0.0] * 60
    assert bucket.take() == 1.0
    clock.now += 0.5
    assert bucket.take() == 0.5
    clock.now += 0.5
    assert bucket.take() == 0.0
    assert bucket.take() > 0
    clock.now += 3600
    assert [bucket.take() for _ in range(60)] == [0.0] * 60
    assert bucket.take() > 0


@given(st.integers(1, 6000), st.lists(st.floats(0, 30), max_size=200))
def test_no_order_of_calls_lets_more_through_than_the_rate(per_minute: int, pauses: list[float]) -> None:
    clock = Clock()
    bucket = Bucket(per_minute, clock)
    taken = 0
    for pause in pauses:
        clock.now += pause
        wait = bucket.take()
        taken += wait == 0.0
        assert 0 <= wait <= 60 / per_minute + 1e-6
    assert taken <= per_minute * (1 + sum(pauses) / 60) + 1e-6


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    clock = Clock()
    bucket = Bucket(1, clock)
    assert bucket.take() == 0.0
    clock.now -= 500
    assert bucket.take() > 0


def test_another_rate_holds_from_then_on() -> None:
    bucket = Bucket(100, Clock())
    bucket.allow(2)
    assert [bucket.take() == 0.0 for _ in range(3)] == [True, True, False]


async def test_a_purse_counts_one_day_and_knows_what_was_spent_before() -> None:
    day, before = 0.0, 0.4

    async def spent_since(_epoch: float) -> float:
        return before

    purse = DayPurse(spent_since, lambda: day)
    assert not await purse.is_empty(0.5)
    with purse.open():
        inner = OUTER.get()
        assert inner is not None
        assert (inner.cap, inner.span) == (0.5, "hook")
        inner.spent += 0.2
    assert OUTER.get() is None
    assert await purse.is_empty(0.5)
    assert not await purse.is_empty(0)
    assert not await purse.is_empty(1.0)
    day, before = 86_400.0, 0.0
    assert not await purse.is_empty(0.5)


async def test_what_was_spent_while_there_was_no_cap_counts_when_one_comes() -> None:
    async def spent_since(_epoch: float) -> float:
        return 0.25

    purse = DayPurse(spent_since, lambda: 0.0)
    assert not await purse.is_empty(0)
    with purse.open():
        inner = OUTER.get()
    assert inner is not None
    assert inner.cap is None
    inner.spent += 0.25
    assert await purse.is_empty(0.5)
    assert not await purse.is_empty(0.6)


async def test_a_day_ends_at_midnight_utc() -> None:
    now, asked = 86_400.0 * 20_000 + 3600, list[float]()

    async def spent_since(epoch: float) -> float:
        asked.append(epoch)
        return float(len(asked))

    purse = DayPurse(spent_since, lambda: now)
    assert await purse.is_empty(1)
    assert purse.seconds_left == 82_800
    now += 82_799
    assert await purse.is_empty(1)
    assert purse.seconds_left == 1
    now += 1
    assert not await purse.is_empty(3)
    now -= 86_400
    assert await purse.is_empty(3), "a clock that goes back gives nothing away"
    assert asked == [86_400.0 * day for day in (20_000, 20_001, 20_000)]
