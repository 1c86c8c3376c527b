"""Waiting after a 429: what the provider asks for, within what the person allows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Final

FIRST_WAIT: Final = 2.0
LEAST_WAIT: Final = 0.5


def asked_wait(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that `Retry-After` asks for (a number or a date); None when it says nothing usable."""
    precise = _seconds(headers.get("retry-after-ms"))
    if precise is not None:
        return precise / 1000
    text = headers.get("retry-after")
    seconds = _seconds(text)
    if seconds is not None or text is None:
        return seconds
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    wait = (at - (now or datetime.now(UTC))).total_seconds()
    return wait if wait >= 0 else None


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None


class Patience:
    """How much waiting is left for one call; each round waits at least twice as long as is polite for the last."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._rounds = 0

    def wait(self, asked: float | None) -> float | None:
        """Return the seconds to wait now, or None when that would be longer than what is left."""
        seconds = max(FIRST_WAIT if asked is None else asked, LEAST_WAIT * 2**self._rounds)
        if seconds > self._left:
            return None
        self._rounds += 1
        self._left -= seconds
        return seconds
