"""What is asked of an image model: sizes are read, requests are frozen."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from nodebuilder.providers.images import ImageRequest


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ("1024x1536", (1024, 1536)),
        ("auto", None),
        ("", None),
        ("x", None),
        ("1024x", None),
        ("-1x5", None),
        ("²x5", None),
    ],
)
def test_a_size_is_width_and_height_or_the_models_choice(size: str, pixels: tuple[int, int] | None) -> None:
    assert ImageRequest("m", "p", size).pixels == pixels


def test_a_request_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        ImageRequest("m", "p").prompt = "another"  # pyright: ignore[reportAttributeAccessIssue] - that is the point
