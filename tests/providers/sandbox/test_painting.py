"""Pictures of the sandbox: right size, always the same for the same words, different for others, and labelled."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from nodebuilder.providers.sandbox.painting import encode, paint, scene

SMALL = (192, 192)
PROMPTS = [
    "A majestic lion in the African savanna",
    "A mountain landscape at sunset",
    "a cat",
    "the sea at dawn",
    "a city at night",
    "a misty forest",
    "a galaxy with planets",
    "an abstract pattern",
    "a sailing boat",
    "hot air balloons",
    "an old castle",
    "a lighthouse",
    "a rocket",
    "a whale",
    "a flock of birds",
    "a flower garden",
    "a tiger",
    "a panda",
    "a rabbit",
    "a dog",
    "the desert",
    "quarterly figures",
]


def difference(first: Image.Image, second: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean)


@pytest.mark.parametrize("size", [(1024, 1024), (1024, 1536), (1536, 1024)])
def test_a_picture_has_the_size_that_was_asked_for(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(encode(paint("a lion", size, "low")))) as image:
        image.load()
        assert (image.size, image.format, image.mode) == (size, "PNG", "RGB")


def test_the_same_words_give_the_same_bytes() -> None:
    assert encode(paint("A lion at dawn", SMALL)) == encode(paint("A lion at dawn", SMALL))


def test_all_prompts_give_pictures_that_differ_visibly() -> None:
    pictures = [scene(prompt, SMALL) for prompt in PROMPTS]
    for index, picture in enumerate(pictures):
        for other in pictures[index + 1 :]:
            assert difference(picture, other) > 10


def test_one_more_word_changes_the_picture() -> None:
    assert difference(scene("mountains", SMALL), scene("mountains at night", SMALL)) > 10


def test_the_pictures_of_one_request_differ() -> None:
    assert difference(scene("the sea", SMALL, number=0), scene("the sea", SMALL, number=1)) > 5


def test_quality_shows_in_the_detail() -> None:
    low, high = (scene("a city at night", SMALL, quality) for quality in ("low", "high"))
    assert difference(low, high) > 1


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_picture_is_full_of_colour(prompt: str) -> None:
    image = scene(prompt, SMALL)
    spread = ImageStat.Stat(image).stddev
    assert max(spread) > 15
    assert len(image.getcolors(maxcolors=SMALL[0] * SMALL[1]) or range(9999)) > 20


def test_the_words_and_the_word_sandbox_are_on_it() -> None:
    plain, labelled = scene("a lion", (512, 512)), paint("a lion", (512, 512))
    corner, foot = (380, 16, 500, 56), (16, 460, 200, 500)
    for part in (corner, foot):
        bright = labelled.crop(part).convert("L").point([0] * 240 + [255] * 16)
        assert bright.getbbox() is not None
        assert difference(plain.crop(part), labelled.crop(part)) > 10


@pytest.mark.parametrize(("kind", "name"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_every_format_is_what_it_says(kind: str, name: str) -> None:
    data = encode(paint("a fox", SMALL), kind, 60)  # pyright: ignore[reportArgumentType] - one of the formats
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == name


@settings(max_examples=30, deadline=None)
@given(prompt=st.text(max_size=300))
def test_no_prompt_whatever_breaks_the_brush(prompt: str) -> None:
    assert paint(prompt, (96, 96), "low").size == (96, 96)
