"""Things that stand in a landscape: sailing boats, balloons, a castle, a lighthouse, a rocket, a whale, birds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from nodebuilder.providers.sandbox.canvas import Canvas, Point, placed
from nodebuilder.providers.sandbox.palettes import Mood, mix

WHITE: Final = (255, 255, 255)


def boat(canvas: Canvas, mood: Mood) -> None:
    """Draw a sailing boat and its shadow on the water."""
    size = canvas.unit * 0.17
    put = placed((canvas.width * canvas.rng.uniform(0.34, 0.66), canvas.height * 0.66), size)
    hull, sail = mix(mood.near, (120, 50, 30), 0.4), mix(mood.light, WHITE, 0.5)
    canvas.veil(put((-0.9, 0), (0.9, 0), (0.3, 0.7), (-0.5, 0.6)), mood.near, 0.3)
    canvas.shape(put((-1, -0.22), (1, -0.22), (0.66, 0.1), (-0.72, 0.1)), hull)
    canvas.stroke(put((0, -0.2), (0, -2.3)), hull, size * 0.05)
    canvas.shape(put((0.07, -2.2), (0.07, -0.36), (0.95, -0.36)), sail)
    canvas.shape(put((-0.07, -1.9), (-0.07, -0.36), (-0.7, -0.36)), mix(sail, mood.accents[0], 0.55))


def balloons(canvas: Canvas, mood: Mood) -> None:
    """Draw hot-air balloons, one near and some far."""
    for across, down, size in ((0.5, 0.3, 0.15), (0.2, 0.42, 0.06), (0.8, 0.2, 0.075), (0.7, 0.5, 0.04)):
        at = canvas.width * (across + canvas.rng.uniform(-0.05, 0.05)), canvas.height * down
        balloon(canvas, mood, at, canvas.unit * size)


def balloon(canvas: Canvas, mood: Mood, centre: Point, radius: float) -> None:
    """Draw a striped balloon with its basket."""
    put, colours = placed(centre, radius), canvas.rng.sample(mood.accents, 2)
    for index, share in enumerate((1.0, 0.72, 0.4, 0.12)):
        colour = colours[index % 2]
        canvas.oval(centre, radius * share, radius, colour)
        foot = ((-0.86 * share, 0.5), (-0.16 * share, 1.75), (0.16 * share, 1.75), (0.86 * share, 0.5))
        canvas.shape(put(*foot), colour)
    basket = mix(mood.near, (140, 90, 50), 0.6)
    for side in (-1, 1):
        canvas.stroke(put((side * 0.15, 1.75), (side * 0.13, 2.1)), basket, radius * 0.02)
    canvas.pen.rounded_rectangle(put((-0.17, 2.08), (0.17, 2.35)), radius * 0.05, fill=basket)


def castle(canvas: Canvas, mood: Mood) -> None:
    """Draw a castle on its hill."""
    size = canvas.unit * 0.1
    put = placed((canvas.width * canvas.rng.uniform(0.4, 0.6), canvas.height * 0.72), size)
    stone, roof = mix(mood.near, mood.far, 0.32), mix(mood.accents[0], mood.near, 0.3)
    hill = put(*((-5 * math.cos(step / 24 * math.pi), 2 - 2.2 * math.sin(step / 24 * math.pi)) for step in range(25)))
    level = hill[0][1] + 1
    canvas.land([(0.0, level), *hill, (float(canvas.width), level)], mix(mood.near, mood.far, 0.18), mood.near)
    for x, tall, wide in ((-1.5, 2.0, 0.5), (1.5, 2.3, 0.5), (-0.78, 1.5, 1.0), (0.78, 1.5, 1.0), (0.0, 3.2, 0.62)):
        wall = put((x - wide / 2, -tall), (x + wide / 2, 1))
        canvas.pen.rectangle(wall, fill=mix(stone, mood.light, 0.05 + 0.05 * abs(x)))
        if wide < 0.8:
            canvas.shape(put((x - wide / 2 - 0.1, -tall), (x, -tall - 0.9), (x + wide / 2 + 0.1, -tall)), roof)
        canvas.pen.rounded_rectangle(put((x - 0.07, 0.3 - tall), (x + 0.07, 0.62 - tall)), size * 0.07, fill=mood.light)
    canvas.pen.pieslice(put((-0.28, -0.3), (0.28, 0.5)), 180, 360, fill=mood.near)
    canvas.pen.rectangle(put((-0.28, 0.1), (0.28, 1)), fill=mood.near)


def lighthouse(canvas: Canvas, mood: Mood) -> None:
    """Draw a lighthouse on its rock, with its beam."""
    size, foot = canvas.unit * 0.09, (canvas.width * canvas.rng.choice((0.28, 0.72)), canvas.height * 0.7)
    put, far = placed(foot, size), canvas.width / size * (1 if foot[0] < canvas.width / 2 else -1)
    canvas.veil(put((0, -4.4), (far, -6), (far, -3.2)), mood.light, 0.28)
    canvas.shape(put((-3, 1.6), (-1.4, 0.2), (0, -0.2), (1.6, 0.3), (3.2, 1.6)), mix(mood.near, mood.far, 0.2))
    for band in range(5):
        low, high = 0.36 + 0.26 * (1 - band / 5), 0.36 + 0.26 * (1 - (band + 1) / 5)
        paint = mix((245, 240, 232), mood.far, 0.12) if band % 2 else mix((196, 58, 48), mood.near, 0.15)
        below, above = -0.8 * band, -0.8 * (band + 1)
        canvas.shape(put((-low, below), (-high, above), (high, above), (low, below)), paint)
    lamp = put((0, -4.4))[0]
    canvas.glow(lamp, size * 2.2, mood.light, 0.9)
    canvas.pen.rectangle(put((-0.3, -4.6), (0.3, -4)), fill=mood.light)
    canvas.shape(put((-0.46, -4.6), (0, -5.15), (0.46, -4.6)), mood.near)


def rocket(canvas: Canvas, mood: Mood) -> None:
    """Draw a rocket on its flame."""
    centre, size = (canvas.width * 0.5, canvas.height * 0.52), canvas.unit * 0.11
    put = placed(centre, size)
    for share, colour in ((1.0, (255, 120, 60)), (0.66, (255, 190, 90)), (0.36, (255, 244, 214))):
        canvas.shape(put((-0.42 * share, 1.4), (0, 1.4 + 2.6 * share), (0.42 * share, 1.4)), colour)
    for side in (-1, 1):
        canvas.shape(put((side * 0.5, 0.3), (side * 1.15, 1.5), (side * 0.4, 1.2)), mood.accents[0])
    half = [(0.62 * math.sin(step / 12 * math.pi), -1.9 + step / 12 * 3.3) for step in range(11)]
    canvas.shape(put(*half, (0.36, 1.35), (-0.36, 1.35), *((-x, y) for x, y in reversed(half))), (240, 238, 246))
    window = put((0, -0.45))[0]
    canvas.disc(window, size * 0.3, mood.accents[0])
    canvas.disc(window, size * 0.2, mix(mood.accents[1], (20, 30, 70), 0.3))


def whale(canvas: Canvas, mood: Mood) -> None:
    """Draw a whale that blows."""
    centre, size = (canvas.width * 0.46, canvas.height * 0.68), canvas.unit * 0.24
    put, skin = placed(centre, size), mix(mood.near, (60, 90, 130), 0.55)
    canvas.pen.pieslice(put((-1, -0.72), (1, 0.72)), 180, 360, fill=skin)
    canvas.pen.chord(put((-1, -0.4), (0.7, 0.42)), 0, 180, fill=mix(mood.light, mood.far, 0.3))
    tail = (0.7, 0), (1.25, -0.5), (1.62, -0.84), (1.36, -0.42), (1.75, -0.36), (1.1, 0.1)
    canvas.shape(put(*tail), skin)
    canvas.disc(put((-0.6, -0.14))[0], size * 0.05, (20, 20, 26))
    for side in (-1, 1):
        fountain = put((-0.3, -0.7), (-0.3 + side * 0.05, -1.1), (-0.3 + side * 0.3, -1.16))
        canvas.stroke(fountain, mix(mood.light, WHITE, 0.5), size * 0.06)
    line = [(step / 80 * canvas.width, centre[1] + size * (0.12 + math.sin(step * 0.5) * 0.04)) for step in range(81)]
    canvas.land(line, mix(mood.far, mood.near, 0.5), mood.near)


def birds(canvas: Canvas, mood: Mood) -> None:
    """Let a flock of birds cross the sky."""
    x, y = canvas.width * canvas.rng.uniform(0.35, 0.6), canvas.height * 0.24
    for _ in range(13):
        at = x + canvas.rng.gauss(0, 0.16) * canvas.width, y + canvas.rng.gauss(0, 0.07) * canvas.height
        wing, lift = canvas.unit * canvas.rng.uniform(0.018, 0.045), canvas.rng.uniform(0.25, 0.6)
        put = placed(at, wing)
        for side in (-1, 1):
            bend = put(*((side * step / 6, -math.sin(step / 8 * math.pi) * lift) for step in range(7)))
            canvas.stroke(bend, mix(mood.near, mood.far, 0.1), wing * 0.13)


THINGS: Final[dict[str, Callable[[Canvas, Mood], None]]] = {
    "boat": boat,
    "balloons": balloons,
    "castle": castle,
    "lighthouse": lighthouse,
    "rocket": rocket,
    "whale": whale,
    "birds": birds,
}
