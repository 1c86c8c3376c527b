from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from nodebuilder.storage.formats import PICTURES, picture_end, picture_size, sniff

KINDS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
}
VARIANTS: list[tuple[str, dict[str, object]]] = [
    ("PNG", {}),
    ("PNG", {"optimize": True}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True, "quality": 95}),
    ("JPEG", {"comment": b"\xff\xd9 not the end", "restart_marker_blocks": 1}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
    ("GIF", {}),
    ("GIF", {"comment": b"hello ; world"}),
]


def encoded(width: int, height: int, kind: str, options: dict[str, object]) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(out, kind, **options)
    return out.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from(VARIANTS), st.binary(max_size=40))
def test_headers_and_ends_agree_with_the_encoder(
    width: int, height: int, variant: tuple[str, dict[str, object]], trailing: bytes
) -> None:
    kind, options = variant
    data = encoded(width, height, kind, options)

    assert (sniff(data).media_type, sniff(data).extension) == KINDS[kind]
    assert sniff(data) in PICTURES
    assert picture_size(data) == (width, height)
    assert picture_end(data + trailing) == len(data)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(VARIANTS), st.floats(0, 1, exclude_max=True))
def test_a_picture_that_is_cut_off_has_no_end(variant: tuple[str, dict[str, object]], part: float) -> None:
    data = encoded(60, 50, *variant)

    assert picture_end(data[: int(len(data) * part)]) is None


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x10\0\0\0WEBP", b""]),
    st.binary(max_size=300),
)
def test_any_bytes_are_answered_without_failing(magic: bytes, rest: bytes) -> None:
    data = magic + rest
    end = picture_end(data)
    width, height = picture_size(data)

    assert end is None or 0 < end <= len(data)
    assert width >= 0 <= height


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(VARIANTS), st.integers(0), st.integers(0, 255))
def test_a_picture_with_a_changed_byte_is_answered_without_failing(
    variant: tuple[str, dict[str, object]], at: int, byte: int
) -> None:
    data = bytearray(encoded(20, 20, *variant))
    data[at % len(data)] = byte

    picture_end(bytes(data))
    picture_size(bytes(data))


def test_an_animated_picture_ends_after_its_last_frame(picture: Callable[..., bytes]) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "green", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:])
        assert picture_end(out.getvalue() + b"rest") == len(out.getvalue())
        assert picture_size(out.getvalue()) == (20, 10)


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"OggS\0", "audio/ogg"),
        (b"fLaC\0", "audio/flac"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\x1aE\xdf\xa3\x01", "video/webm"),
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b"  \n<script>alert(1)</script>", "text/html"),
        (b"GIF? <img src=x onerror=alert(1)>", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><svg></svg>", "image/svg+xml"),
        (b"<html><svg></svg></html>", "text/html"),
        (b"<?xml version='1.0'?><x/>", "application/xml"),
        (b"just words, 1 < 2", "text/plain; charset=utf-8"),
        ("é".encode() * 2047 + b"x\xc3", "text/plain; charset=utf-8"),
        (b'{"a": 1}', "text/plain; charset=utf-8"),
        (b"\x7fELF\x02\x01", "application/octet-stream"),
        (b"PK\x03\x04\x14\0", "application/octet-stream"),
        (b"%!PS-Adobe-3.0 EPSF\0", "application/octet-stream"),
        ("words".encode("utf-16"), "application/octet-stream"),
        (b"bad \xff\xfe text that is long enough", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_other_files_are_told_by_their_bytes(head: bytes, media_type: str) -> None:
    assert sniff(head).media_type == media_type


@pytest.mark.parametrize("head", [b"<svg/>", b"<html>", b"<?xml?>", b"%PDF-1", b"\x7fELF\0", b"<script>"])
def test_what_can_carry_a_script_is_never_shown_inline(head: bytes) -> None:
    assert not sniff(head).inline


def test_a_jpeg_size_survives_fill_bytes_and_stray_markers() -> None:
    data = encoded(33, 44, "JPEG", {})
    padded = data[:2] + b"\xff\xff\xff\x01" + data[2:]

    assert picture_size(padded) == (33, 44)
    assert picture_end(padded) == len(padded)
