"""What a file is, told by its bytes alone: media type, size of a picture, and where its data end."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final

HEAD_BYTES: Final = 4096
"""As much of a file's beginning as `sniff` looks at."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type and extension, and whether a browser may show it (else: only download it)."""

    media_type: str
    extension: str
    inline: bool = True


PNG: Final = Kind("image/png", "png")
JPEG: Final = Kind("image/jpeg", "jpg")
WEBP: Final = Kind("image/webp", "webp")
GIF: Final = Kind("image/gif", "gif")
PICTURES: Final = frozenset({PNG, JPEG, WEBP, GIF})
"""The kinds of pictures that are decoded, and the only files that may be uploaded."""
SVG: Final = Kind("image/svg+xml", "svg", inline=False)
HTML: Final = Kind("text/html", "html", inline=False)
XML: Final = Kind("application/xml", "xml", inline=False)
PDF: Final = Kind("application/pdf", "pdf", inline=False)
TEXT: Final = Kind("text/plain; charset=utf-8", "txt")
UNKNOWN: Final = Kind("application/octet-stream", "bin", inline=False)

_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
    (b"ID3", Kind("audio/mpeg", "mp3")),
    (b"\xff\xfb", Kind("audio/mpeg", "mp3")),
    (b"\xff\xf3", Kind("audio/mpeg", "mp3")),
    (b"OggS", Kind("audio/ogg", "ogg")),
    (b"fLaC", Kind("audio/flac", "flac")),
    (b"\x1aE\xdf\xa3", Kind("video/webm", "webm")),
)
_RIFF: Final = {b"WEBP": WEBP, b"WAVE": Kind("audio/wav", "wav")}
_MP4: Final = Kind("video/mp4", "mp4")
_MARKUP: Final = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?xml|!--|[a-z]+[\s>/])", re.IGNORECASE
)

_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(head: bytes) -> Kind:
    """Return the kind of a file by its first `HEAD_BYTES` bytes; names and declared types are not asked."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        return _MP4
    return _sniff_text(head[:HEAD_BYTES])


def _sniff_text(head: bytes) -> Kind:
    if not head or _CONTROL.search(head):
        return UNKNOWN
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not merely cut within a character
            return UNKNOWN
    if not _MARKUP.search(head):
        return TEXT
    if re.search(rb"<svg[\s>]", head, re.IGNORECASE) and not re.search(rb"<html[\s>]", head, re.IGNORECASE):
        return SVG
    return XML if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml") else HTML


def picture_size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels as the header says; (0, 0) when it is no picture or says nothing."""
    try:
        match sniff(data):
            case kind if kind is PNG:
                return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
            case kind if kind is GIF:
                return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
            case kind if kind is JPEG:
                return _jpeg_size(data)
            case kind if kind is WEBP:
                return _webp_size(data)
            case _:
                return 0, 0
    except IndexError:
        return 0, 0


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (0x01, 0xFF) or 0xD0 <= marker <= 0xD7:
            at += 1 if marker == 0xFF else 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
    return 0, 0


def _webp_size(data: bytes) -> tuple[int, int]:
    match data[12:16]:
        case b"VP8 ":
            return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
        case _:
            return 0, 0


def picture_end(data: bytes) -> int | None:
    """Return where the data of a picture end (what follows does not belong to it), or None when they are cut off."""
    try:
        match sniff(data):
            case kind if kind is PNG:
                return _png_end(data)
            case kind if kind is GIF:
                return _gif_end(data)
            case kind if kind is JPEG:
                return _jpeg_end(data)
            case kind if kind is WEBP:
                end = int.from_bytes(data[4:8], "little") + 8
                end += end % 2
                return end if end <= len(data) else None
            case _:
                return None
    except IndexError:
        return None


def _png_end(data: bytes) -> int | None:
    at = 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            return None
        if data[at + 4 : at + 8] == b"IEND":
            return end
        at = end
    return None


def _jpeg_end(data: bytes) -> int | None:
    at = 2
    while True:
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xDA:
            at = _after_scan(data, at)


def _after_scan(data: bytes, at: int) -> int:
    """Return the place of the next real marker after the coded data that begin at `at`."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise IndexError
        if data[at + 1] != 0x00 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _gif_end(data: bytes) -> int | None:
    at = 13 + _colours(data[10])
    while True:
        match data[at]:
            case 0x3B:
                return at + 1
            case 0x21:
                at += 2
            case 0x2C:
                at += 11 + _colours(data[at + 9])
            case _:
                return None
        while data[at]:
            at += 1 + data[at]
        at += 1


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
