"""Animals: each shows its fur, and sits in the middle."""

from __future__ import annotations

import pytest

from nodebuilder.providers.sandbox.animals import COATS, portrait
from tests.providers.sandbox.conftest import NewCanvas


@pytest.mark.parametrize("name", COATS)
def test_every_animal_shows_its_fur(new_canvas: NewCanvas, name: str) -> None:
    empty = new_canvas()
    portrait(empty, (empty.width / 2, empty.height / 2), empty.unit * 0.2, COATS[name])
    colours = {colour for _, colour in empty.finished().getcolors(maxcolors=96 * 96) or []}
    assert COATS[name].fur in colours
