"""Scenes: each can be drawn in every light."""

from __future__ import annotations

import pytest
from PIL import ImageChops

from nodebuilder.providers.sandbox.palettes import MOODS
from nodebuilder.providers.sandbox.scenery import SCENES
from tests.providers.sandbox.conftest import NewCanvas


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("name", SCENES)
def test_every_scene_can_be_drawn_in_every_light(new_canvas: NewCanvas, name: str, mood: str) -> None:
    empty = new_canvas()
    SCENES[name](empty, MOODS[mood])
    picture = empty.finished()
    assert ImageChops.difference(picture, new_canvas().finished()).getbbox() == (0, 0, 96, 96)
