"""Painting a picture from a prompt: the same words give the same picture, others another one."""

from __future__ import annotations

import hashlib
import io
from random import Random
from typing import Final, Literal

from PIL import Image

from nodebuilder.providers.sandbox import animals, lettering, scenery, things
from nodebuilder.providers.sandbox.canvas import Canvas
from nodebuilder.providers.sandbox.palettes import MOODS
from nodebuilder.providers.sandbox.wording import plan

Format = Literal["png", "jpeg", "webp"]
SOUGHT: Final = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}


def paint(prompt: str, size: tuple[int, int], quality: str = "high", number: int = 0) -> Image.Image:
    """Return the picture of a prompt, labelled; `number` tells the pictures of one request apart (blocks)."""
    image = scene(prompt, size, quality, number)
    lettering.caption(image, prompt)
    lettering.stamp(image)
    return image


def scene(prompt: str, size: tuple[int, int], quality: str = "high", number: int = 0) -> Image.Image:
    """Return the picture of a prompt without any words on it (blocks)."""
    seed = hashlib.sha256(f"{number}|{' '.join(prompt.lower().split())}".encode("utf-8", "replace")).digest()
    rng = Random(seed)  # noqa: S311 - it chooses mountains, not secrets
    drawn = plan(prompt, rng)
    mood = MOODS[drawn.mood]
    canvas = Canvas(size, rng, quality)
    scenery.SCENES[drawn.scene](canvas, mood)
    if drawn.animal:
        centre = canvas.width * 0.5, canvas.height * 0.52
        canvas.glow(centre, canvas.unit * 0.62, mood.light, 0.5)
        animals.portrait(canvas, centre, canvas.unit * 0.19, animals.COATS[drawn.animal])
    elif drawn.thing:
        things.THINGS[drawn.thing](canvas, mood)
    return canvas.finished()


def encode(image: Image.Image, kind: Format = "png", compression: int = 100) -> bytes:
    """Return the picture as a file; `compression` is the quality of jpeg and webp in percent (blocks)."""
    out = io.BytesIO()
    match kind:
        case "png":
            image.save(out, "PNG", compress_level=4)
        case "jpeg" | "webp":
            image.convert("RGB").save(out, SOUGHT[kind], quality=max(1, min(100, compression)))
    return out.getvalue()
