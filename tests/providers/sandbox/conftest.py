"""What the sandbox tests share: an empty canvas."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from nodebuilder.providers.sandbox.canvas import Canvas

NewCanvas = Callable[..., Canvas]


@pytest.fixture
def new_canvas() -> NewCanvas:
    def make(size: tuple[int, int] = (96, 96)) -> Canvas:
        return Canvas(size, Random(7), "high")  # noqa: S311 - it chooses mountains

    return make
