"""Numbers that remember how they were written, so that a file keeps `1.0`, `1e5` and `12345678901234567890`."""

from __future__ import annotations

from typing import Final

MAX_INT_DIGITS: Final = 300
"""Whole numbers with more digits are kept as written and count as infinite: no widget takes them."""


class WrittenNumber(float):
    """A number whose text in the file differs from what Python would write; calculates like any float."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> WrittenNumber:
        """Return the number that `text` spells."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __reduce__(self) -> tuple[type[WrittenNumber], tuple[str]]:
        return WrittenNumber, (self.text,)


def read_float(text: str) -> float:
    """Return the number that a JSON literal with a fraction or an exponent spells."""
    number = float(text)
    return number if repr(number) == text else WrittenNumber(text)


def read_int(text: str) -> int | float:
    """Return the number that a JSON literal of digits spells."""
    return WrittenNumber(text) if text == "-0" or len(text) > MAX_INT_DIGITS else int(text)
