from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nodebuilder.errors import StorageError
from nodebuilder.storage.pictures import inspect, thumbnail


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, before: bytes = b"", pixels: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = pixels or zlib.compress(b"\0" * ((width + 7) // 8 + 1) * min(height, 10))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def judged(data: bytes) -> str:
    try:
        info = inspect(data, 100_000)
    except StorageError as error:
        return error.code
    return "fine" if 0 < info.width * info.height <= 100_000 else "wrong"


def refused(data: bytes, max_pixels: int = 40_000_000) -> str:
    with pytest.raises(StorageError) as caught:
        inspect(data, max_pixels)
    assert caught.value.message.endswith(".")
    assert caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("GIF", "image/gif")],
)
def test_a_picture_is_what_its_bytes_say(picture: Callable[..., bytes], kind: str, media_type: str) -> None:
    data = picture(123, 45, kind)
    info = inspect(data)

    assert (info.media_type, info.width, info.height, info.end, info.trailing) == (media_type, 123, 45, len(data), 0)


def test_bytes_behind_the_picture_are_noted(picture: Callable[..., bytes]) -> None:
    for kind in ("PNG", "JPEG", "GIF"):
        data = picture(kind=kind)
        info = inspect(data + b"<script>alert(1)</script>")
        assert (info.end, info.trailing) == (len(data), 25)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"<html></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x7fELF\0",
        b"PK\x03\x04",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"II*\0\x08\0\0\0",
        b"8BPS\0\x01",
        b"BM\0\0",
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert refused(data) == "not_an_image"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_that_is_cut_off_is_refused(picture: Callable[..., bytes], kind: str) -> None:
    data = picture(200, 200, kind)

    assert {refused(data[:-1]), refused(data[: len(data) // 2]), refused(data[:20])} == {"image_truncated"}


def test_a_bomb_is_refused_by_its_header_alone() -> None:
    assert refused(png(60_000, 60_000)) == "image_too_large"
    assert refused(png(2**31 - 1, 2**31 - 1, pixels=b"x")) == "image_too_large"


def test_the_largest_allowed_picture_passes_and_one_pixel_more_does_not(picture: Callable[..., bytes]) -> None:
    assert inspect(picture(100, 100), 10_000).width == 100
    assert refused(picture(100, 101), 10_000) == "image_too_large"


def test_a_picture_whose_pixels_do_not_decode_is_refused() -> None:
    assert refused(png(100, 100, pixels=b"no zlib")) == "image_damaged"


def test_a_text_bomb_in_a_picture_is_refused() -> None:
    bomb = chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 100_000_000))

    assert refused(png(10, 10, before=bomb)) == "image_damaged"


def test_a_wrong_checksum_is_refused(picture: Callable[..., bytes]) -> None:
    data = bytearray(picture())
    data[-20] ^= 1

    assert refused(bytes(data)) in ("image_truncated", "image_damaged")


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]),
    st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=8),
)
def test_changed_bytes_give_a_picture_or_a_clear_error(kind: str, changes: list[tuple[int, int]]) -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((24, 24)).convert("RGB").save(out, kind)
    data = bytearray(out.getvalue())
    for at, byte in changes:
        data[at % len(data)] = byte

    assert judged(bytes(data)) in {"fine", "not_an_image", "image_too_large", "image_truncated", "image_damaged"}


def test_warnings_of_the_decoder_are_errors() -> None:
    code = (
        "import warnings, nodebuilder.storage.pictures\n"
        "try:\n    warnings.warn_explicit('odd', UserWarning, 'x.py', 1, module='PIL.Image')\n"
        "except UserWarning:\n    print('error')\n"
        "warnings.warn_explicit('odd', UserWarning, 'x.py', 1, module='other')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "error\n"
    assert "UserWarning: odd" in done.stderr


@pytest.mark.parametrize(("size", "small"), [((400, 200), (100, 50)), ((200, 400), (50, 100)), ((30, 20), (30, 20))])
def test_a_thumbnail_keeps_its_shape_and_never_grows(
    picture: Callable[..., bytes], size: tuple[int, int], small: tuple[int, int]
) -> None:
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        data = thumbnail(picture(*size, kind), 100)
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.size) == ("WEBP", small)


def test_a_thumbnail_is_upright_and_without_metadata(picture: Callable[..., bytes]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "CANARY-0123456789"
    data = thumbnail(picture(80, 40, "JPEG", exif=exif), 40)
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (20, 40)
        assert "exif" not in image.info
    assert b"CANARY" not in data


def test_a_thumbnail_keeps_what_is_transparent(picture: Callable[..., bytes]) -> None:
    with Image.open(io.BytesIO(thumbnail(picture(mode="RGBA", colour="#00ff0000"), 20))) as image:
        assert image.mode == "RGBA"


def test_a_thumbnail_of_a_bomb_is_refused() -> None:
    with pytest.raises(StorageError, match="pixels"):
        thumbnail(png(60_000, 60_000), 100)
