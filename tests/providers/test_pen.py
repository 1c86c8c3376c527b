"""Many small pieces of text become a few larger ones, and none is lost."""

from __future__ import annotations

import asyncio

from nodebuilder.providers.pen import Pen


async def test_the_first_piece_is_told_at_once_and_the_rest_together() -> None:
    told: list[str] = []
    pen = Pen(told.append, seconds=30)
    for piece in "abcdef":
        pen.write(piece)
    assert told == ["a"]
    pen.close()
    assert told == ["a", "bcdef"]
    pen.close()
    assert told == ["a", "bcdef"]


async def test_a_piece_that_waits_is_told_without_another_coming() -> None:
    told: list[str] = []
    came = asyncio.Event()

    def tell(text: str) -> None:
        told.append(text)
        if text == "b":
            came.set()

    pen = Pen(tell, seconds=0.01)
    pen.write("a")
    pen.write("b")
    await asyncio.wait_for(came.wait(), 30)
    pen.close()
    assert told == ["a", "b"]


async def test_half_a_character_waits_for_the_other_half() -> None:
    told: list[str] = []
    pen = Pen(told.append, seconds=30)
    pen.write("a\ud83d")
    pen.write("\udc4b\ud83d")
    pen.close()
    assert told == ["a", "👋�"]
