"""Telling a text while it is written: many small pieces become a few larger ones, none of them late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

EVERY: Final = 0.04
"""Seconds between two pieces that are told."""


class Pen:
    """Gathers pieces of text and tells them at most every `seconds`; the rest when it is closed."""

    def __init__(self, tell: Callable[[str], None], seconds: float = EVERY) -> None:
        self._tell = tell
        self._seconds = seconds
        self._pieces: list[str] = []
        self._timer: asyncio.TimerHandle | None = None

    def write(self, text: str) -> None:
        """Take a piece; the first is told at once, the others with those that come soon after."""
        if text:
            self._pieces.append(text)
            if self._timer is None:
                self._due()

    def close(self) -> None:
        """Tell what is left."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._flush(last=True)

    def _due(self) -> None:
        told = self._flush(last=False)
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._due) if told else None

    def _flush(self, *, last: bool) -> bool:
        text = "".join(self._pieces)
        self._pieces.clear()
        if not last and text and "\ud800" <= text[-1] <= "\udbff":  # half a character: the other half comes next
            self._pieces.append(text[-1])
            text = text[:-1]
        if text:
            self._tell(mended(text))
        return bool(text)


def mended(text: str) -> str:
    """Return text that can be written as UTF-8: halves of a character are joined, a half alone is replaced."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
