"""Things: each leaves its mark, in every shape of picture."""

from __future__ import annotations

import pytest
from PIL import ImageChops

from nodebuilder.providers.sandbox.palettes import MOODS
from nodebuilder.providers.sandbox.things import THINGS
from tests.providers.sandbox.conftest import NewCanvas


@pytest.mark.parametrize("size", [(64, 96), (96, 64), (40, 40)])
@pytest.mark.parametrize("name", THINGS)
def test_every_thing_leaves_its_mark(new_canvas: NewCanvas, name: str, size: tuple[int, int]) -> None:
    empty = new_canvas(size)
    THINGS[name](empty, MOODS["day"])
    assert ImageChops.difference(empty.finished(), new_canvas(size).finished()).getbbox() is not None
