"""The canvas: what is drawn lands where it is put, softly where it should be soft."""

from __future__ import annotations

from random import Random
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers.sandbox.canvas import Canvas, gradient, halo, noise_line, placed


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - it chooses mountains


@pytest.mark.parametrize("quality", ["low", "medium", "high"])
def test_it_is_finished_in_the_size_that_was_asked_for(quality: str) -> None:
    canvas = Canvas((60, 40), chance(1), quality)
    assert canvas.finished().size == (60, 40)
    assert canvas.unit == canvas.height


def test_a_wash_goes_from_colour_to_colour() -> None:
    canvas = Canvas((20, 40), chance(1), "high")
    canvas.wash(((0, 0, 0), (200, 100, 50)))
    image = canvas.finished()
    assert cast("Any", image.getpixel((10, 0)))[0] < 10
    assert cast("Any", image.getpixel((10, 39)))[0] > 190


def test_land_covers_what_lies_below_its_line_only() -> None:
    canvas = Canvas((40, 40), chance(1), "low")
    canvas.land([(0.0, 20.0), (40.0, 20.0)], (255, 0, 0), (255, 0, 0))
    assert canvas.finished().getpixel((20, 10)) == (0, 0, 0)
    assert canvas.finished().getpixel((20, 30)) == (255, 0, 0)
    canvas.land([(0.0, 99.0), (40.0, 99.0)], (0, 255, 0), (0, 255, 0))
    assert canvas.finished().getpixel((20, 39)) == (255, 0, 0)


def test_a_halo_is_bright_within_and_gone_at_its_sides() -> None:
    ring = halo(1.0)
    assert cast("int", ring.getpixel((128, 128))) > 240
    assert ring.getpixel((0, 128)) == 0
    assert ring.getpixel((0, 0)) == 0


def test_edges_are_fine_where_quality_asks_for_it() -> None:
    def colours(quality: str) -> int:
        canvas = Canvas((80, 80), chance(1), quality)
        canvas.disc((canvas.width / 2, canvas.height / 2), canvas.unit / 3, (255, 255, 255))
        return len(canvas.finished().getcolors() or [])

    assert colours("low") < colours("high")


@given(seed=st.integers(0, 999), smooth=st.booleans(), x=st.floats(-1, 2))
def test_a_wandering_line_stays_between_0_and_1(seed: int, smooth: bool, x: float) -> None:
    assert 0 <= noise_line(chance(seed), smooth=smooth)(x) <= 1


def test_points_are_placed_around_their_centre() -> None:
    assert placed((10, 20), 5)((0, 0), (1, -1)) == [(10, 20), (15, 15)]
    assert gradient([(1, 2, 3)], (4, 4)).getpixel((3, 3)) == (1, 2, 3)
