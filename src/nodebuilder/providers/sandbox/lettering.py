"""Words on the picture: the prompt in a caption, and SANDBOX, so that nobody takes it for a paid one."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

LINES: Final = 3
STAMP: Final = "SANDBOX"
_PLAIN: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "“": '"', "”": '"', "’": "'", "–": "-", "—": "-"}
)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return Pillow's own typeface."""
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)  # noqa: S101 - given a size, it always is
    return found


def caption(image: Image.Image, prompt: str) -> None:
    """Write the prompt along the foot of the picture, on a shade, in up to three lines."""
    width, height = image.size
    margin, size = round(min(width, height) * 0.045), max(12, round(min(width, height) * 0.034))
    letters = font(size)
    lines = wrap(legible(prompt), letters, width - 2 * margin)
    step = round(size * 1.32)
    top = height - margin - step * len(lines)
    shade = Image.linear_gradient("L").resize((width, height - top + 3 * margin))
    shade = shade.point([round(value * 0.8) for value in range(256)])
    image.paste((8, 8, 16), (0, top - 3 * margin), shade)
    pen = ImageDraw.Draw(image)
    for index, line in enumerate(lines):
        at = margin, top + index * step
        pen.text((at[0] + 1, at[1] + 2), line, font=letters, fill=(0, 0, 0))
        pen.text(at, line, font=letters, fill=(255, 255, 255))


def stamp(image: Image.Image) -> None:
    """Put the word SANDBOX into the upper right corner."""
    width, height = image.size
    unit = min(width, height)
    letters, spacing, pad = font(max(10, round(unit * 0.024))), unit * 0.006, unit * 0.016
    wide = sum(letters.getlength(letter) + spacing for letter in STAMP) - spacing
    tall = letters.size * 1.0
    right, top = width - unit * 0.045, unit * 0.045
    box = (right - wide - 2 * pad, top, right, top + tall + 1.2 * pad)
    pill = Image.new("L", image.size)
    ImageDraw.Draw(pill).rounded_rectangle(box, (box[3] - box[1]) / 2, fill=150)
    image.paste((12, 12, 22), (0, 0), pill)
    pen = ImageDraw.Draw(image)
    x = box[0] + pad
    for letter in STAMP:
        pen.text((x, (box[1] + box[3]) / 2), letter, font=letters, fill=(255, 255, 255), anchor="lm")
        x += letters.getlength(letter) + spacing


def wrap(text: str, letters: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Return `text` in at most three lines that fit `width`; what is left out shows as dots."""
    lines: list[str] = []
    words = [piece for word in text.split() for piece in _pieces(word, letters, width)]
    while words and len(lines) < LINES:
        line = words.pop(0)
        while words and letters.getlength(f"{line} {words[0]}") <= width:
            line += " " + words.pop(0)
        lines.append(line)
    if words:
        while lines[-1] and letters.getlength(lines[-1] + " ...") > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] = lines[-1].rstrip() + " ..."
    return lines


def _pieces(word: str, letters: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Return a word in pieces that fit `width`."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and letters.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def legible(text: str) -> str:
    """Return `text` in the letters of the typeface: without accents, and a dot for what it does not have."""
    known = " ".join(text.split())[:600].translate(_PLAIN)
    letters = (char for char in unicodedata.normalize("NFKD", known) if not unicodedata.combining(char))
    return "".join(char if char.isascii() and char.isprintable() else "." for char in letters)
