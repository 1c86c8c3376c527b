"""A picture as sixels: six rows of pixels at a time, one colour after another."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from typing import Final

from PIL import Image, UnidentifiedImageError

WIDTH: Final = 360
COLOURS: Final = 64
_ROWS: Final = 6


def encode(data: bytes) -> str:
    """Return the sixel characters of the picture, shrunk to 360 pixels; empty when it is no picture."""
    try:
        with Image.open(BytesIO(data)) as opened:
            opened.thumbnail((WIDTH, WIDTH))
            picture = opened.convert("RGB").quantize(COLOURS)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return ""
    return f'\x1bPq"1;1;{picture.width};{picture.height}{_palette(picture)}{"".join(_bands(picture))}\x1b\\'


def _palette(picture: Image.Image) -> str:
    shares = [round(value * 100 / 255) for value in picture.getpalette() or ()]
    colours = [shares[place : place + 3] for place in range(0, len(shares), 3)]
    return "".join(f"#{number};2;{red};{green};{blue}" for number, (red, green, blue) in enumerate(colours))


def _bands(picture: Image.Image) -> Iterator[str]:
    pixels, width = picture.tobytes(), picture.width
    for top in range(0, picture.height, _ROWS):
        rows = [pixels[row * width : (row + 1) * width] for row in range(top, min(top + _ROWS, picture.height))]
        for colour in sorted(set(b"".join(rows))):
            yield f"#{colour}{_line(rows, colour, width)}$"
        yield "-"


def _line(rows: list[bytes], colour: int, width: int) -> str:
    bits = [0] * width
    for place, row in enumerate(rows):
        at = row.find(colour)
        while at >= 0:
            bits[at] |= 1 << place
            at = row.find(colour, at + 1)
    runs = [(chr(63 + value), len(list(group))) for value, group in groupby(bits)]
    return "".join(f"!{length}{char}" if length > 3 else char * length for char, length in runs)
