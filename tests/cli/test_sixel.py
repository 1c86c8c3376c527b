from __future__ import annotations

import re
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nodebuilder.cli.sixel import COLOURS, encode


def png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def decoded(text: str) -> Image.Image:
    """Read sixels back, as a terminal would."""
    head, body = re.fullmatch(r'\x1bPq"1;1;(\d+;\d+)(.*)\x1b\\', text, re.DOTALL).groups()  # type: ignore[union-attr]  # a misfit fails the test
    width, height = map(int, head.split(";"))
    picture, palette = Image.new("RGB", (width, height)), {}
    x = top = colour = 0
    for token in re.finditer(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)(.)|([?-~])|(\$)|(-)", body):
        number, red, green, blue, chosen, times, repeated, single, back, down = token.groups()
        if number:
            palette[int(number)] = tuple(round(int(share) * 255 / 100) for share in (red, green, blue))
        elif chosen:
            colour = int(chosen)
        elif back:
            x = 0
        elif down:
            x, top = 0, top + 6
        else:
            bits = ord(repeated or single) - 63
            for place in range(x, x + int(times or 1)):
                for row in range(6):
                    if bits >> row & 1:
                        picture.putpixel((place, top + row), palette[colour])
            x += int(times or 1)
    return picture


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 20), st.integers(1, 20), st.randoms(use_true_random=False))
def test_a_picture_of_few_colours_comes_back_the_same(width: int, height: int, chance: object) -> None:
    colours = [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 51, 204)]
    picture = Image.new("RGB", (width, height))
    for place in range(width * height):
        picture.putpixel((place % width, place // width), chance.choice(colours))  # type: ignore[attr-defined]  # it is a Random
    assert decoded(encode(png(picture))).tobytes() == picture.tobytes()


def test_a_large_picture_is_shrunk_and_has_few_colours() -> None:
    text = encode(png(Image.effect_noise((900, 600), 90).convert("RGB")))
    assert text.startswith('\x1bPq"1;1;360;240')
    assert len(re.findall(r"#\d+;2;", text)) <= COLOURS


def test_what_is_no_picture_gives_nothing() -> None:
    assert encode(b"nothing") == ""
