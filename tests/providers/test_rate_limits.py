"""Waiting after a 429: what is asked for, and how long one is willing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers.rate_limits import Patience, asked_wait

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30"}, 30.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_retry_after_is_a_number_or_a_date_or_nothing(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers, NOW) == seconds


@given(text=st.text())
def test_no_header_whatever_breaks_the_reading(text: str) -> None:
    wait = asked_wait({"retry-after": text, "retry-after-ms": text})
    assert wait is None or wait >= 0


@given(asked=st.lists(st.none() | st.floats(min_value=0, max_value=50), min_size=1, max_size=40))
def test_all_waits_together_stay_within_the_patience(asked: list[float | None]) -> None:
    patience = Patience(100)
    waits = [patience.wait(seconds) for seconds in asked]
    made = [wait for wait in waits if wait is not None]
    assert sum(made) <= 100
    assert all(wait >= (wanted or 0) for wait, wanted in zip(waits, asked, strict=True) if wait is not None)


def test_a_provider_that_asks_for_nothing_is_still_not_hammered() -> None:
    patience = Patience(120)
    waits = [patience.wait(0) for _ in range(20)]
    assert waits[:4] == [0.5, 1.0, 2.0, 4.0]
    assert sum(wait is not None for wait in waits) < 10
