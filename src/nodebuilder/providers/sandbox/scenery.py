"""Skies and lands: sun and stars, clouds, mountain ridges, sea, woods, dunes, towns, gardens, and outer space."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from nodebuilder.providers.sandbox.canvas import Canvas, Point, halo, noise_line
from nodebuilder.providers.sandbox.palettes import Colour, Mood, mix

WHITE: Final = (255, 255, 255)


def sky(canvas: Canvas, mood: Mood, horizon: float) -> Point:
    """Paint the sky down to the horizon, with sun or moon; returns where that stands."""
    canvas.wash(mood.sky, 0, horizon)
    canvas.wash((mood.sky[-1], mix(mood.sky[-1], mood.far, 0.5)), horizon)
    if mood.dark:
        stars(canvas, mood, 220, horizon)
    sun = canvas.width * canvas.rng.uniform(0.24, 0.76), horizon * canvas.rng.uniform(0.42, 0.8)
    radius = canvas.unit * canvas.rng.uniform(0.06, 0.1)
    canvas.glow(sun, radius * 7, mood.light, 0.55)
    canvas.glow(sun, radius * 2.6, mood.light, 0.8)
    canvas.disc(sun, radius, mood.light)
    if mood.dark:
        for x, y, size in ((-0.3, -0.2, 0.22), (0.25, 0.3, 0.16), (0.3, -0.35, 0.1)):
            canvas.disc((sun[0] + x * radius, sun[1] + y * radius), size * radius, mix(mood.light, mood.sky[-1], 0.3))
    clouds(canvas, mood, horizon)
    return sun


def stars(canvas: Canvas, mood: Mood, number: int, depth: float) -> None:
    """Scatter stars, small and dim ones mostly."""
    for _ in range(canvas.count(number)):
        x, y = canvas.rng.random() * canvas.width, canvas.rng.random() ** 1.4 * depth
        bright = canvas.rng.random() ** 2.5
        behind = mix(mood.sky[0], mood.sky[-1], y / depth)
        canvas.disc((x, y), canvas.unit * (0.0008 + 0.0016 * bright), mix(behind, WHITE, 0.35 + 0.65 * bright))


def clouds(canvas: Canvas, mood: Mood, horizon: float) -> None:
    """Let flat-footed clouds drift across the sky."""
    small = 4
    mask = Image.new("L", (canvas.width // small, round(horizon) // small + 1))
    pen = ImageDraw.Draw(mask)
    for _ in range(canvas.count(canvas.rng.randint(3, 7))):
        x, foot = canvas.rng.random() * mask.width, mask.height * canvas.rng.uniform(0.12, 0.85)
        wide = mask.width * canvas.rng.uniform(0.08, 0.22)
        veil = round(255 * canvas.rng.uniform(0.25, 0.6) * (0.5 if mood.dark else 1))
        for puff in range(7):
            at = (puff - 3) / 3
            tall = wide * 0.34 * (1 - at * at * 0.8) * canvas.rng.uniform(0.5, 1.0)
            left = x + at * wide - wide * 0.3
            pen.pieslice((left, foot - tall, left + wide * 0.6, foot + tall), 180, 360, fill=veil)
        pen.rounded_rectangle((x - wide * 1.2, foot - 1, x + wide * 1.2, foot + wide * 0.03), 2, fill=veil)
    soft = mask.filter(ImageFilter.GaussianBlur(mask.width / 220)).resize(
        (canvas.width, mask.height * small), Image.Resampling.BICUBIC
    )
    canvas.image.paste(mix(mood.sky[-1], mood.light, 0.6), (0, 0), soft)


def ridge(canvas: Canvas, base: float, tall: float, *, first: int, smooth: bool) -> list[Point]:
    """Return the line of a range of hills or mountains: `tall` above `base` at most."""
    line = noise_line(canvas.rng, first, 4 if smooth else 7, smooth=smooth, fade=0.4 if smooth else 0.5)
    steps = 120 if smooth else 320
    return [(x / steps * canvas.width, base - tall * line(x / steps)) for x in range(steps + 1)]


def ranges(
    canvas: Canvas,
    mood: Mood,
    horizon: float,
    *,
    layers: int,
    smooth: bool,
    on_line: Callable[[list[Point], float], None] | None = None,
) -> None:
    """Paint ranges one before the other, each darker and nearer; `on_line` puts things on them."""
    for index in range(layers):
        near = index / max(1, layers - 1)
        base = horizon + (canvas.height - horizon) * (0.1 + 0.72 * near**1.2)
        tall = canvas.unit * ((0.3 if smooth else 0.44) - 0.18 * near) * canvas.rng.uniform(0.8, 1.25)
        line = ridge(canvas, base, tall, first=canvas.rng.randint(2, 5), smooth=smooth)
        colour = mix(mood.far, mood.near, near**0.85)
        canvas.land(line, colour, mix(colour, mood.sky[-1], 0.45 * (1 - near)))
        if on_line:
            on_line(line, near)


def mountains(canvas: Canvas, mood: Mood) -> None:
    """Paint a mountain land with a lake of mist between the ranges."""
    horizon = canvas.height * 0.56
    sky(canvas, mood, horizon)
    ranges(canvas, mood, horizon, layers=canvas.count(6), smooth=False)


def hills(canvas: Canvas, mood: Mood) -> None:
    """Paint soft hills."""
    horizon = canvas.height * 0.58
    sky(canvas, mood, horizon)
    ranges(canvas, mood, horizon, layers=canvas.count(6), smooth=True)


def forest(canvas: Canvas, mood: Mood) -> None:
    """Paint woods in the mist, row behind row."""
    horizon = canvas.height * 0.5
    sky(canvas, mood, horizon)

    def plant(line: list[Point], near: float) -> None:
        colour = mix(mood.far, mood.near, near**0.85)
        for _ in range(canvas.count(46 - 26 * near)):
            x, y = canvas.rng.choice(line)
            conifer(canvas, (x, y), canvas.unit * (0.05 + 0.17 * near) * canvas.rng.uniform(0.7, 1.3), colour)

    ranges(canvas, mood, horizon, layers=canvas.count(5), smooth=True, on_line=plant)


def conifer(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    """Draw a fir tree."""
    x, y = foot
    canvas.shape([(x - tall * 0.03, y + tall * 0.2), (x, y - tall), (x + tall * 0.03, y + tall * 0.2)], colour)
    for step in range(4):
        top, wide = y - tall * (1 - step * 0.2), tall * (0.11 + step * 0.06)
        canvas.shape([(x - wide, top + tall * 0.34), (x, top), (x + wide, top + tall * 0.34)], colour)


def desert(canvas: Canvas, mood: Mood) -> None:
    """Paint dunes, with flat-topped trees far away."""
    horizon = canvas.height * 0.6
    sky(canvas, mood, horizon)

    def plant(line: list[Point], near: float) -> None:
        if 0.2 < near < 0.9:
            for _ in range(canvas.count(3)):
                x, y = line[canvas.rng.randint(6, len(line) - 7)]
                acacia(canvas, (x, y), canvas.unit * (0.05 + 0.15 * near), mix(mood.far, mood.near, 0.35 + near * 0.65))

    ranges(canvas, mood, horizon, layers=canvas.count(5), smooth=True, on_line=plant)


def acacia(canvas: Canvas, foot: Point, tall: float, colour: Colour) -> None:
    """Draw a tree of the savanna."""
    x, y = foot
    lean = canvas.rng.uniform(-0.12, 0.12) * tall
    for side in (-0.28, 0.0, 0.26):
        branch = [(x, y + tall * 0.05), (x + lean, y - tall * 0.4), (x + lean + side * tall, y - tall * 0.75)]
        canvas.stroke(branch, colour, tall * 0.05)
    for across, up, wide in ((-0.3, 0.78, 0.34), (0.28, 0.8, 0.36), (0.0, 0.9, 0.42)):
        centre = (x + lean + across * tall, y - up * tall)
        canvas.oval(centre, wide * tall, tall * 0.085, colour)


def sea(canvas: Canvas, mood: Mood) -> None:
    """Paint a sea with the light of the sky on it."""
    horizon = canvas.height * canvas.rng.uniform(0.48, 0.56)
    sun = sky(canvas, mood, horizon)
    if canvas.rng.random() < 0.6:
        coast = ridge(canvas, horizon + 2, canvas.unit * 0.12, first=3, smooth=False)
        canvas.land(coast, mix(mood.far, mood.sky[-1], 0.25), mix(mood.far, mood.sky[-1], 0.5))
    surface, deep = mix(mood.sky[-2], mood.far, 0.45), mix(mood.near, mood.far, 0.12)
    canvas.wash((surface, mix(surface, deep, 0.55), deep), horizon)
    glints(canvas, mood, horizon, sun[0], surface)
    for index in range(canvas.count(4)):
        near = (index + 1) / 4
        base = horizon + (canvas.height - horizon) * (0.35 + 0.6 * near)
        crest = wave(canvas, base, canvas.unit * (0.006 + 0.022 * near), 3 + 5 * (1 - near))
        canvas.land(crest, mix(surface, deep, 0.3 + 0.5 * near), mix(deep, mood.near, near * 0.6))
        canvas.stroke(crest, mix(surface, mood.light, 0.5 * (1 - near * 0.6)), canvas.unit * 0.0022)


def wave(canvas: Canvas, base: float, tall: float, times: float) -> list[Point]:
    """Return the line of a wave."""
    phase, wander = canvas.rng.random() * math.tau, noise_line(canvas.rng, 3, 3)
    return [
        (
            x / 160 * canvas.width,
            base - tall * (math.sin(x / 160 * math.tau * times + phase) * 0.6 + 2 * wander(x / 160)),
        )
        for x in range(161)
    ]


def glints(canvas: Canvas, mood: Mood, horizon: float, sun: float, surface: Colour) -> None:
    """Lay the path of light under the sun on the water, and glints beside it."""
    depth = canvas.height - horizon
    for _ in range(canvas.count(300)):
        at = canvas.rng.random() ** 1.3
        inside = canvas.rng.random() < 0.7
        spread = canvas.unit * (0.03 + 0.12 * at) if inside else canvas.width * 0.6
        x, y = canvas.rng.gauss(sun, spread * 0.6), horizon + depth * at
        half = canvas.unit * (0.008 + 0.04 * at) * canvas.rng.uniform(0.4, 1.2)
        thick = max(1.0, canvas.unit * (0.001 + 0.0035 * at))
        colour = mix(surface, mood.light, canvas.rng.uniform(0.5, 0.95) if inside else 0.22)
        canvas.pen.rounded_rectangle((x - half, y, x + half, y + thick), thick / 2, fill=colour)


def city(canvas: Canvas, mood: Mood) -> None:
    """Paint a skyline, row behind row, with lit windows."""
    horizon = canvas.height * 0.66
    sky(canvas, mood, horizon)
    rows, unit = max(3, canvas.count(4)), (canvas.unit + canvas.height) / 2
    for index in range(rows):
        near = index / max(1, rows - 1)
        colour = mix(mood.far, mood.near, near**0.8)
        foot = horizon + (canvas.height - horizon) * (0.2 + 0.7 * near)
        x = -canvas.unit * canvas.rng.random() * 0.1
        while x < canvas.width:
            wide = canvas.unit * canvas.rng.uniform(0.05, 0.12) * (0.7 + 0.5 * near)
            tall = unit * canvas.rng.uniform(0.14, 0.44) * (1.25 - 0.45 * near)
            tower(canvas, mood, (x, foot - tall, x + wide, canvas.height), colour, near)
            x += wide * canvas.rng.uniform(0.92, 1.2)


def tower(canvas: Canvas, mood: Mood, box: tuple[float, float, float, float], colour: Colour, near: float) -> None:
    """Draw a building with a roof of some kind and windows."""
    left, top, right, bottom = box
    middle, wide = (left + right) / 2, right - left
    canvas.pen.rectangle(box, fill=mix(colour, mood.light, canvas.rng.uniform(0, 0.07)))
    match canvas.rng.randint(0, 4):
        case 0:
            canvas.stroke([(middle, top), (middle, top - wide * 0.8)], colour, wide * 0.04)
        case 1:
            canvas.shape([(left, top), (middle, top - wide * 0.4), (right, top)], colour)
        case 2:
            canvas.pen.rectangle((left + wide * 0.2, top - wide * 0.18, right - wide * 0.2, top), fill=colour)
        case _:
            pass
    if near < 0.25:
        return
    cell, lit = wide / 5.5, (mood.light, *mood.accents[:2])
    for row in range(int((bottom - top) / (cell * 1.5))):
        for column in range(4):
            if canvas.rng.random() < 0.34 * canvas.detail:
                x, y = left + cell * (0.7 + column * 1.15), top + cell * (0.8 + row * 1.5)
                glass = mix(colour, canvas.rng.choice(lit), canvas.rng.uniform(0.35, 0.95))
                canvas.pen.rectangle((x, y, x + cell * 0.55, y + cell * 0.8), fill=glass)


def garden(canvas: Canvas, mood: Mood) -> None:
    """Paint hills with flowers before them."""
    hills(canvas, mood)
    for index in range(canvas.count(70)):
        near = (index / 70) ** 0.7
        y = canvas.height * (0.72 + 0.26 * near)
        flower(canvas, mood, (canvas.rng.random() * canvas.width, y), canvas.unit * (0.012 + 0.034 * near))


def flower(canvas: Canvas, mood: Mood, centre: Point, radius: float) -> None:
    """Draw a flower on its stem."""
    x, y = centre
    stem = mix(mood.near, (90, 150, 80), 0.5)
    lean = canvas.rng.uniform(-0.6, 0.6) * radius
    canvas.stroke([(x, y), (x + lean * 0.4, y + radius * 2), (x + lean, y + radius * 4)], stem, radius * 0.22)
    petals, turn, colour = canvas.rng.choice((5, 6, 8)), canvas.rng.random(), canvas.rng.choice(mood.accents)
    for petal in range(petals):
        angle = (petal / petals + turn) * math.tau
        canvas.disc((x + math.cos(angle) * radius * 0.62, y + math.sin(angle) * radius * 0.62), radius * 0.44, colour)
    canvas.disc(centre, radius * 0.36, mix(mood.light, (242, 180, 60), 0.6))


def space(canvas: Canvas, mood: Mood) -> None:
    """Paint outer space: clouds of light, stars, a planet with a ring and its moon."""
    canvas.wash(mood.sky)
    for _ in range(canvas.count(9)):
        centre = canvas.rng.random() * canvas.width, canvas.rng.random() * canvas.height
        canvas.glow(centre, canvas.unit * canvas.rng.uniform(0.25, 0.6), canvas.rng.choice(mood.accents), 0.28)
    stars(canvas, mood, 420, canvas.height)
    centre = canvas.width * canvas.rng.uniform(0.3, 0.7), canvas.height * canvas.rng.uniform(0.32, 0.5)
    planet(canvas, centre, canvas.unit * canvas.rng.uniform(0.17, 0.25), mood.accents)
    moon = centre[0] + canvas.unit * 0.36 * canvas.rng.choice((-1, 1)), centre[1] - canvas.unit * 0.16
    planet(canvas, moon, canvas.unit * 0.045, mood.accents[::-1], ring=False)


def planet(canvas: Canvas, centre: Point, radius: float, colours: Sequence[Colour], *, ring: bool = True) -> None:
    """Draw a banded ball, lit from one side, with or without a ring."""
    side = round(radius * 2)
    ball = Image.new("RGB", (side, side), colours[0])
    pen = ImageDraw.Draw(ball)
    for band in range(8):
        top = side * (band / 8 + canvas.rng.uniform(-0.03, 0.03))
        pen.rectangle((0, top, side, top + side * 0.09), fill=mix(colours[0], canvas.rng.choice(colours[1:]), 0.45))
    light = halo(1.0).resize((round(side * 2.4),) * 2, Image.Resampling.BICUBIC)
    corner = round(side * 0.9)
    night = ImageChops.invert(light.crop((corner, corner, corner + side, corner + side)))
    ball.paste((8, 6, 24), (0, 0), night.point([min(235, round(value * 1.1)) for value in range(256)]))
    mask = Image.new("L", (side, side))
    ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), fill=255)
    where = round(centre[0] - radius), round(centre[1] - radius)
    bounds = (centre[0] - radius * 1.9, centre[1] - radius * 0.5, centre[0] + radius * 1.9, centre[1] + radius * 0.5)
    canvas.glow(centre, radius * 1.8, colours[0], 0.35)
    if ring:
        canvas.pen.arc(bounds, 180, 360, fill=mix(colours[-1], colours[0], 0.4), width=round(radius * 0.09))
    canvas.image.paste(ball, where, mask)
    if ring:
        canvas.pen.arc(bounds, 0, 180, fill=colours[-1], width=round(radius * 0.09))


def pattern(canvas: Canvas, mood: Mood) -> None:
    """Lay a pattern of quarter circles, rings and leaves in the colours of the mood."""
    columns = canvas.rng.choice((4, 5, 6)) if canvas.width <= canvas.height else 6
    tile = canvas.width / columns
    colours = [*mood.accents, mood.sky[0], mood.sky[1], mood.near, mood.sky[-1]]
    for row in range(math.ceil(canvas.height / tile)):
        for column in range(columns):
            ground, top, spot = canvas.rng.sample(colours, 3)
            _tile(canvas, (column * tile, row * tile), tile, (ground, top, spot))


def _tile(canvas: Canvas, corner: Point, tile: float, colours: tuple[Colour, Colour, Colour]) -> None:
    (x, y), (ground, top, spot) = corner, colours
    canvas.pen.rectangle((x, y, x + tile, y + tile), fill=ground)
    quarter = canvas.rng.randint(0, 3)
    left, above = (x if quarter in (1, 2) else x - tile), (y if quarter in (2, 3) else y - tile)
    pie, start = (left, above, left + tile * 2, above + tile * 2), (0, 90, 180, 270)[quarter]
    match canvas.rng.randint(0, 3):
        case 0:
            canvas.pen.pieslice(pie, start, start + 90, fill=top)
        case 1:
            for share, colour in ((1.0, top), (0.66, spot), (0.33, ground)):
                inset = tile * (1 - share)
                box = (pie[0] + inset, pie[1] + inset, pie[2] - inset, pie[3] - inset)
                canvas.pen.pieslice(box, start, start + 90, fill=colour)
        case 2:
            canvas.disc((x + tile / 2, y + tile / 2), tile * 0.38, top)
            canvas.disc((x + tile / 2, y + tile / 2), tile * 0.18, spot)
        case _:
            canvas.shape([(x, y + tile), (x + tile / 2, y), (x + tile, y + tile)], top)
            canvas.disc((x + tile / 2, y + tile * 0.7), tile * 0.13, spot)


SCENES: Final[dict[str, Callable[[Canvas, Mood], None]]] = {
    "mountains": mountains,
    "hills": hills,
    "forest": forest,
    "desert": desert,
    "sea": sea,
    "city": city,
    "garden": garden,
    "space": space,
    "pattern": pattern,
}
