"""Lettering: the prompt fits in three lines, and what the typeface lacks is marked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers.sandbox.lettering import LINES, font, legible, wrap


def test_a_short_prompt_is_one_line() -> None:
    assert wrap("a lion", font(20), 400) == ["a lion"]


def test_a_long_prompt_ends_in_dots() -> None:
    lines = wrap("lion " * 100, font(20), 200)
    assert len(lines) == LINES
    assert lines[-1].endswith(" ...")


@given(text=st.text(max_size=200), width=st.integers(60, 400))
def test_lines_fit_whatever_the_words(text: str, width: int) -> None:
    letters = font(20)
    lines = wrap(legible(text), letters, width)
    assert len(lines) <= LINES
    assert all(letters.getlength(line) <= width for line in lines)


def test_letters_that_the_typeface_lacks_are_written_plainly_or_as_dots() -> None:
    assert legible("Löwe, café – “Straße”") == 'Lowe, cafe - "Strasse"'
    assert legible("狮子 a\x00b\nc") == ".. a.b c"


def test_the_typeface_has_every_letter_that_is_written() -> None:
    letters = font(24)
    missing = letters.getmask("\uffff").getbbox(), letters.getlength("\uffff")
    shown = [chr(code) for code in range(33, 127)]
    assert [char for char in shown if (letters.getmask(char).getbbox(), letters.getlength(char)) == missing] == []
