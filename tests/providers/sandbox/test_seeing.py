"""What the sandbox says of a picture."""

from __future__ import annotations

import base64

import pytest

from nodebuilder.providers.sandbox.seeing import described
from tests.standin import bomb, png


def url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (url(png(7, 5)), "7 × 5 pixels, PNG"),
        (url(bomb()), "which cannot be read"),
        (url(b"<html>"), "which cannot be read"),
        ("data:image/png;base64,%%%", "which cannot be read"),
        ("https://a.example/b.png", "only its address"),
        ("data:", "only its address"),
    ],
)
def test_a_picture_is_measured(picture: str, words: str) -> None:
    assert described(picture) == words
