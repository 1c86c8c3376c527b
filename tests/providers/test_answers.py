"""Answers: whatever bytes come, there is a verified picture or a clear sentence, and never a silent nothing."""

from __future__ import annotations

import base64
import gzip
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nodebuilder.errors import ProviderError
from nodebuilder.providers.answers import decode
from nodebuilder.providers.images import ImageRequest
from tests.standin import STRANGE, USAGE, Received, encoded, healthy, png

REQUEST = ImageRequest("gpt-image-2", "a lion")
RECEIVED = Received("POST", "/v1/images/generations", {}, json.dumps({"prompt": "a lion"}).encode())


def failure(raw: bytes, request: ImageRequest = REQUEST, **options: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        decode(raw, request, **options)
    assert caught.value.charged == "yes"
    assert caught.value.message.endswith(".")
    assert "kept" in caught.value.remedy
    return caught.value


def test_a_good_answer_is_a_picture_with_its_facts() -> None:
    raw = healthy(RECEIVED, quality="high", data=[{"b64_json": encoded(png(1024, 1024)), "revised_prompt": "A lion."}])
    answer = decode(raw.body, REQUEST)
    assert answer.data == png(1024, 1024)
    assert (answer.media_type, answer.width, answer.height) == ("image/png", 1024, 1024)
    assert (answer.size, answer.quality, answer.revised_prompt) == ("1024x1024", "high", "A lion.")
    assert answer.usage == USAGE


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_another_format_than_png_is_told_by_its_bytes(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (1024, 1024), "teal").save(out, kind)
    answer = decode(healthy(RECEIVED, encoded(out.getvalue())).body, REQUEST)
    assert answer.media_type == f"image/{kind.lower()}"


def test_any_size_will_do_when_the_model_may_choose() -> None:
    raw = healthy(RECEIVED, encoded(png(48, 32))).body
    assert decode(raw, ImageRequest("m", "p", size="auto")).size == "48x32"


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("empty", "no_image_data", "No image data returned from API: the answer holds no picture."),
        ("nodata", "no_image_data", "No image data returned from API: the answer holds no picture."),
        ("nob64", "no_image_data", "No image data returned from API: the picture's data are missing."),
        ("nullb64", "no_image_data", "No image data returned from API: the picture's data are missing."),
        ("link", "no_image_data", "No image data returned from API: it sent a link instead of the picture."),
        ("error200", "no_image_data", "No image data returned from API: it says “The painter is ill”."),
        ("badbase64", "bad_base64", "not valid base64"),
        ("htmlbase64", "not_an_image", "not a picture"),
        ("zerobase64", "not_an_image", "not a picture"),
        ("truncatedpng", "truncated_image", "cut off"),
        ("bomb", "picture_too_large", "60000 × 60000"),
        ("wrongsize", "wrong_size", "64x64 pixels instead of 1024x1024"),
        ("html200", "bad_answer", "web page"),
        ("notjson", "bad_answer", "not JSON"),
        ("nan", "bad_answer", "not JSON"),
        ("deep", "bad_answer", "not JSON"),
        ("nothing", "bad_answer", "empty"),
        ("cutjson", "truncated_answer", "cut off"),
    ],
)
def test_a_useless_answer_has_its_own_code_and_sentence(fault: str, code: str, words: str) -> None:
    error = failure(STRANGE[fault](RECEIVED, "").body)
    assert error.code == code
    assert words in error.message


@pytest.mark.parametrize("raw", [b"[]", b"null", b"3", b'"text"', b"{}", b'{"data": {}}', b'{"data": [3]}'])
def test_json_of_another_shape_is_no_picture(raw: bytes) -> None:
    assert failure(raw).code in {"bad_answer", "no_image_data"}


def test_the_cap_on_pixels_is_the_callers() -> None:
    assert failure(healthy(RECEIVED).body, max_pixels=1_000_000).code == "picture_too_large"


def test_a_packed_answer_is_unpacked_and_a_packed_bomb_is_not() -> None:
    assert decode(gzip.compress(healthy(RECEIVED).body), REQUEST).width == 1024
    assert failure(gzip.compress(b'{"data": "' + b"x" * 200_000_000)).code == "truncated_answer"
    assert failure(b"\x1f\x8b and then nonsense").code == "bad_answer"


def test_what_follows_the_picture_is_cut_away() -> None:
    raw = healthy(RECEIVED, encoded(png(1024, 1024) + b"<script>")).body
    assert decode(raw, REQUEST).data == png(1024, 1024)


@given(cut=st.integers(min_value=0, max_value=len(healthy(RECEIVED).body) - 1))
def test_an_answer_cut_anywhere_is_an_error_with_a_code(cut: int) -> None:
    error = failure(healthy(RECEIVED).body[:cut])
    assert error.code in {"truncated_answer", "bad_answer"}


@given(raw=st.binary(max_size=200))
def test_no_bytes_whatever_break_the_reading(raw: bytes) -> None:
    failure(raw)
    failure(json.dumps({"data": [{"b64_json": base64.b64encode(raw).decode()}]}).encode())
