"""What can be edited and what it costs, before anything is sent."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import InputError
from nodebuilder.providers import edits
from nodebuilder.providers.edits import check_pictures, estimate_edit, fidelity_of, picture_tokens_seen
from nodebuilder.providers.pictures import Picture
from nodebuilder.providers.prices import cost_of, estimate_image
from tests.standin import chunk, png

SQUARE = (1024, 1024)


def picture(width: int = 64, height: int = 64, media_type: str = "image/png") -> Picture:
    return Picture(png(width, height), media_type, width, height)


def mask(width: int = 64, height: int = 64, colour_type: int = 6) -> Picture:
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour_type]
    head = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    body = zlib.compress((b"\0" + bytes(channels) * width) * height)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return Picture(data, "image/png", width, height)


@pytest.mark.parametrize("count", [1, 16])
def test_up_to_sixteen_pictures_of_three_kinds_can_be_edited(count: int) -> None:
    kinds = ("image/png", "image/jpeg", "image/webp")
    check_pictures([picture(media_type=kinds[number % 3]) for number in range(count)], None)


@pytest.mark.parametrize("colour_type", [4, 6])
def test_a_mask_is_a_png_with_transparency_of_the_size_of_the_first_picture(colour_type: int) -> None:
    check_pictures([picture(), picture(8, 8)], mask(colour_type=colour_type))


@pytest.mark.parametrize(
    ("pictures", "masked", "code", "words"),
    [
        ([], None, "no_picture", "no picture to edit"),
        ([picture()] * 17, None, "too_many_pictures", "17 pictures"),
        ([picture(), picture(media_type="image/gif")], None, "picture_type", "Picture 2 is a GIF"),
        ([picture()], mask(32, 64), "bad_mask", "32x64 pixels, the first picture 64x64"),
        ([picture()], mask(colour_type=2), "bad_mask", "no transparency"),
        ([picture()], mask(colour_type=0), "bad_mask", "no transparency"),
        ([picture()], picture(media_type="image/jpeg"), "bad_mask", "a JPEG, not a PNG"),
    ],
)
def test_what_the_models_would_refuse_is_a_sentence(
    pictures: list[Picture], masked: Picture | None, code: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        check_pictures(pictures, masked)
    assert caught.value.code == code
    assert words in caught.value.message
    assert caught.value.remedy.endswith(".")


def test_the_limit_in_bytes_holds_for_pictures_and_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = picture(8, 8), picture()
    monkeypatch.setattr(edits, "MAX_BYTES", len(large.data))
    with pytest.raises(InputError, match="Picture 2 is larger"):
        check_pictures([small, large], None)
    check_pictures([small], None)
    monkeypatch.setattr(edits, "MAX_BYTES", len(mask().data))
    with pytest.raises(InputError, match="The mask is larger"):
        check_pictures([Picture(b"", "image/png", 64, 64)], mask())


@pytest.mark.parametrize(
    ("model", "wanted", "asked"),
    [
        ("gpt-image-1", "high", "high"),
        ("openai/gpt-image-1", "low", "low"),
        ("gpt-image-1.5", "high", "high"),
        ("gpt-image-1-mini", "low", "low"),
        ("gpt-image-1-mini", "high", ""),
        ("gpt-image-2", "high", ""),
        ("gpt-image-2.5-flare", "low", ""),
        ("gpt-image-1", "auto", ""),
        ("some-other-model", "high", "high"),
    ],
)
def test_fidelity_is_asked_for_where_the_model_has_it(model: str, wanted: str, asked: str) -> None:
    assert fidelity_of(model, wanted) == asked


@pytest.mark.parametrize(
    ("shape", "tokens"),
    [(SQUARE, 194), ((512, 512), 194), ((1536, 1024), 323), ((512, 1025), 452), ((64, 64), 194), ((1, 1), 194)],
)
def test_a_picture_is_counted_in_tiles(shape: tuple[int, int], tokens: int) -> None:
    assert picture_tokens_seen(shape, closely=False) == tokens
    extra = 4160 if shape[0] == shape[1] else 6240
    assert picture_tokens_seen(shape, closely=True) == tokens + extra


@given(st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)))
def test_any_shape_has_a_count(shape: tuple[int, int]) -> None:
    assert 65 <= picture_tokens_seen(shape, closely=False) < picture_tokens_seen(shape, closely=True)


def test_an_edit_costs_the_drawing_and_what_is_looked_at() -> None:
    drawn = estimate_image("gpt-image-1", "1024x1024", "low")
    assert drawn is not None
    plain = estimate_edit("gpt-image-1", "1024x1024", "low", [SQUARE])
    assert plain == pytest.approx([drawn[0] + 194 * 10e-6, drawn[1] + 194 * 10e-6])
    closely = estimate_edit("gpt-image-1", "1024x1024", "low", [SQUARE, (1536, 1024)], "high")
    tokens = 194 + 4160 + 323 + 6240
    assert closely == pytest.approx([drawn[0] + tokens * 10e-6, drawn[1] + tokens * 10e-6])


def test_the_range_is_wide_where_nobody_says_how_closely_the_model_looks() -> None:
    drawn = estimate_image("gpt-image-2", "1024x1024", "low")
    edited = estimate_edit("gpt-image-2", "1024x1024", "low", [SQUARE])
    assert drawn is not None
    assert edited == pytest.approx([drawn[0] + 194 * 8e-6, drawn[1] + (194 + 4160) * 8e-6])


def test_what_the_call_cost_lies_in_the_estimate() -> None:
    details = {"text_tokens": 57, "image_tokens": 194}
    usage = {"input_tokens": 251, "output_tokens": 272, "input_tokens_details": details}
    cost = cost_of("gpt-image-1", usage)
    assert cost == pytest.approx(57 * 5e-6 + 194 * 10e-6 + 272 * 40e-6)
    estimate = estimate_edit("gpt-image-1", "1024x1024", "low", [SQUARE])
    assert cost is not None
    assert estimate is not None
    assert estimate[0] <= cost <= estimate[1]


def test_a_model_nobody_knows_has_no_estimate() -> None:
    assert estimate_edit("gpt-image-9", "1024x1024", "low", [SQUARE]) is None


def test_the_checks_import_nothing_heavy() -> None:
    script = (
        "import sys, nodebuilder.providers.edits;"
        "print(sorted({'litellm', 'openai', 'PIL', 'httpx', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
