"""Moods: colours mix, and the dark ones know it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers.sandbox.palettes import MOODS, mix, rgb

colours = st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))


@given(first=colours, second=colours, share=st.floats(-1, 2))
def test_a_mixture_lies_between_its_colours(
    first: tuple[int, int, int], second: tuple[int, int, int], share: float
) -> None:
    for mixed, low, high in zip(mix(first, second, share), first, second, strict=True):
        assert min(low, high) <= mixed <= max(low, high)


def test_colours_are_read_from_their_digits() -> None:
    assert rgb("ff8000") == (255, 128, 0)


def test_the_stars_are_out_at_night_only() -> None:
    assert {name for name, mood in MOODS.items() if mood.dark} == {"night", "neon", "space"}
    assert all(len(mood.sky) == len(mood.accents) == 4 for mood in MOODS.values())
