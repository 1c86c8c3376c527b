"""Scenes, things and animals: each can be drawn in every light, in every shape, and leaves its mark."""

from __future__ import annotations

from random import Random

import pytest
from PIL import ImageChops

from nodebuilder.providers.sandbox.animals import COATS, portrait
from nodebuilder.providers.sandbox.canvas import Canvas
from nodebuilder.providers.sandbox.palettes import MOODS
from nodebuilder.providers.sandbox.scenery import SCENES
from nodebuilder.providers.sandbox.things import THINGS


def canvas(size: tuple[int, int] = (96, 96)) -> Canvas:
    return Canvas(size, Random(7), "high")  # noqa: S311 - it chooses mountains


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("name", SCENES)
def test_every_scene_can_be_drawn_in_every_light(name: str, mood: str) -> None:
    empty = canvas()
    SCENES[name](empty, MOODS[mood])
    picture = empty.finished()
    assert ImageChops.difference(picture, canvas().finished()).getbbox() == (0, 0, 96, 96)


@pytest.mark.parametrize("size", [(64, 96), (96, 64), (40, 40)])
@pytest.mark.parametrize("name", THINGS)
def test_every_thing_leaves_its_mark(name: str, size: tuple[int, int]) -> None:
    empty = canvas(size)
    THINGS[name](empty, MOODS["day"])
    assert ImageChops.difference(empty.finished(), canvas(size).finished()).getbbox() is not None


@pytest.mark.parametrize("name", COATS)
def test_every_animal_shows_its_fur(name: str) -> None:
    empty = canvas()
    portrait(empty, (empty.width / 2, empty.height / 2), empty.unit * 0.2, COATS[name])
    colours = {colour for _, colour in empty.finished().getcolors(maxcolors=96 * 96) or []}
    assert COATS[name].fur in colours
