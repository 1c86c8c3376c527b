"""A canvas: smooth gradients, glows and shapes, drawn larger than asked for and reduced, so that edges are fine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Final

from PIL import Image, ImageDraw

from nodebuilder.providers.sandbox.palettes import Colour, mix

Point = tuple[float, float]
Line = Callable[[float], float]
OVERSAMPLING: Final = {"low": 1, "medium": 2}


class Canvas:
    """A picture in the making; lengths are in its own pixels, `unit` is its shorter side."""

    def __init__(self, size: tuple[int, int], rng: Random, quality: str) -> None:
        self._scale = OVERSAMPLING.get(quality, 2)
        self.detail = {"low": 0.5, "medium": 0.8}.get(quality, 1.0)
        self.rng = rng
        self.width, self.height = size[0] * self._scale, size[1] * self._scale
        self.unit = min(self.width, self.height)
        self.image = Image.new("RGB", (self.width, self.height))
        self.pen = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        """Return the picture in the size that was asked for."""
        return self.image.reduce(self._scale) if self._scale > 1 else self.image

    def count(self, number: float) -> int:
        """Return how many of something the quality asks for."""
        return max(1, round(number * self.detail))

    def wash(self, colours: Sequence[Colour], top: float = 0, bottom: float | None = None) -> None:
        """Fill from `top` to `bottom` with a vertical gradient."""
        end = self.height if bottom is None else round(bottom)
        if end > round(top):
            self.image.paste(gradient(colours, (self.width, end - round(top))), (0, round(top)))

    def land(self, line: Sequence[Point], top: Colour, foot: Colour) -> None:
        """Fill everything below a line with a gradient, lighter or mistier towards its foot."""
        crest = max(0, round(min(y for _, y in line)))
        depth = self.height - crest
        if depth <= 0:
            return
        mask = Image.new("L", (self.width, depth))
        shape = [(0.0, float(depth)), *((x, y - crest) for x, y in line), (float(self.width), float(depth))]
        ImageDraw.Draw(mask).polygon(shape, fill=255)
        self.image.paste(gradient((top, foot), (self.width, depth)), (0, crest), mask)

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float) -> None:
        """Add light around a point that fades to nothing at `radius`."""
        spot = halo(strength).resize((max(2, round(radius * 2)),) * 2, Image.Resampling.BICUBIC)
        self.image.paste(colour, (round(centre[0] - radius), round(centre[1] - radius)), spot)

    def veil(self, shape: Sequence[Point], colour: Colour, strength: float) -> None:
        """Draw a translucent shape."""
        left, top = (math.floor(min(point[axis] for point in shape)) for axis in (0, 1))
        right, bottom = (math.ceil(max(point[axis] for point in shape)) for axis in (0, 1))
        mask = Image.new("L", (max(1, right - left), max(1, bottom - top)))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in shape], fill=round(255 * strength))
        self.image.paste(colour, (left, top), mask)

    def disc(self, centre: Point, radius: float, colour: Colour) -> None:
        """Draw a filled circle."""
        self.oval(centre, radius, radius, colour)

    def oval(self, centre: Point, across: float, down: float, colour: Colour) -> None:
        """Draw a filled ellipse by its two radii."""
        x, y = centre
        self.pen.ellipse((x - across, y - down, x + across, y + down), fill=colour)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Draw a filled polygon."""
        self.pen.polygon(list(points), fill=colour)

    def stroke(self, points: Sequence[Point], colour: Colour, thickness: float) -> None:
        """Draw a line with round joints."""
        self.pen.line(list(points), fill=colour, width=max(1, round(thickness)), joint="curve")


@cache
def halo(strength: float) -> Image.Image:
    """Return a small round mask that fades softly from its middle to nothing at its sides."""
    ramp = Image.radial_gradient("L")
    edge = float(ramp.getpixel((0, ramp.height // 2)))  # pyright: ignore[reportArgumentType] - one band, one number
    return ramp.point([round(255 * strength * max(0.0, 1 - value / edge) ** 2) for value in range(256)])


def placed(centre: Point, size: float) -> Callable[..., list[Point]]:
    """Return a function that moves points, given in units of `size` around `centre`, to where they are drawn."""

    def put(*points: Point) -> list[Point]:
        return [(centre[0] + x * size, centre[1] + y * size) for x, y in points]

    return put


def gradient(colours: Sequence[Colour], size: tuple[int, int]) -> Image.Image:
    """Return a picture that goes through the colours from top to bottom, smoothly."""
    column = Image.new("RGB", (1, 256))
    steps = len(colours) - 1
    for y in range(256):
        at = y / 255 * steps
        index = min(int(at), steps - 1) if steps else 0
        column.putpixel((0, y), mix(colours[index], colours[min(index + 1, steps)], at - index))
    return column.resize(size, Image.Resampling.BILINEAR)


def noise_line(rng: Random, first: int = 4, octaves: int = 4, *, smooth: bool = True, fade: float = 0.5) -> Line:
    """Return a function of x in 0..1 that wanders between about 0 and 1, by random values at finer and finer steps."""
    layers = [([rng.random() for _ in range(first * 2**o + 2)], first * 2**o, fade**o) for o in range(octaves)]
    total = sum(weight for _, _, weight in layers)

    def height(x: float) -> float:
        level = 0.0
        for values, steps, weight in layers:
            at = min(max(x, 0.0), 1.0) * steps
            index = int(at)
            part = at - index
            part = (1 - math.cos(part * math.pi)) / 2 if smooth else part
            level += weight * (values[index] + (values[index + 1] - values[index]) * part)
        return level / total

    return height
