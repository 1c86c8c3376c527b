"""Animals that look at you: one head, drawn from circles, in the coats that words ask for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from nodebuilder.providers.sandbox.canvas import Canvas, Point, placed
from nodebuilder.providers.sandbox.palettes import Colour, mix, rgb

Ear = Literal["round", "point", "long", "flop"]


@dataclass(frozen=True, slots=True)
class Coat:
    """What an animal wears: fur, the lighter muzzle, the darker lines, its ears, and a mane, stripes or patches."""

    fur: Colour
    light: Colour
    dark: Colour
    ear: Ear
    mane: tuple[Colour, Colour] | None = None
    stripes: bool = False
    patches: bool = False
    cheeks: bool = False


COATS: Final = {
    "lion": Coat(rgb("e2ab4f"), rgb("f8e1b4"), rgb("552f16"), "round", (rgb("8f4a1e"), rgb("c4722c"))),
    "tiger": Coat(rgb("ea8a30"), rgb("fdebd0"), rgb("2f1b13"), "round", stripes=True),
    "cat": Coat(rgb("8f8a9e"), rgb("f1ebf0"), rgb("2d2836"), "point", stripes=True),
    "fox": Coat(rgb("db6a2e"), rgb("fff3e6"), rgb("3b1d12"), "point", cheeks=True),
    "wolf": Coat(rgb("77828f"), rgb("e6ebef"), rgb("232a33"), "point", cheeks=True),
    "dog": Coat(rgb("c08a52"), rgb("f6e3c8"), rgb("3d2616"), "flop"),
    "bear": Coat(rgb("7d543a"), rgb("dcb890"), rgb("2b1a10"), "round"),
    "panda": Coat(rgb("f6f3ec"), rgb("ffffff"), rgb("24222a"), "round", patches=True),
    "rabbit": Coat(rgb("cfbda9"), rgb("fbf4ea"), rgb("4c3b33"), "long"),
}


def portrait(canvas: Canvas, centre: Point, radius: float, coat: Coat) -> None:
    """Draw the head and shoulders of an animal; `radius` is that of its head."""
    x, y = centre
    shadow = mix(coat.fur, coat.dark, 0.35)
    canvas.oval((x, y + radius * 2.35), radius * 1.35, radius * 1.7, shadow)
    canvas.oval((x, y + radius * 2.45), radius * 0.72, radius * 1.5, mix(coat.light, coat.fur, 0.35))
    if coat.mane:
        mane(canvas, centre, radius, coat.mane)
    for side in (-1, 1):
        ear(canvas, centre, radius, coat, side)
    canvas.oval(centre, radius, radius * 0.96, coat.fur)
    if coat.stripes:
        stripes(canvas, centre, radius, coat)
    muzzle(canvas, centre, radius, coat)
    for side in (-1, 1):
        eye(canvas, (x + side * radius * 0.4, y - radius * 0.12), radius, coat, side)
    whiskers(canvas, centre, radius, coat)


def mane(canvas: Canvas, centre: Point, radius: float, colours: tuple[Colour, Colour]) -> None:
    """Draw a mane of two rings of locks."""
    rings = ((colours[0], 1.2, 0.5, 17), (colours[1], 0.98, 0.42, 15))
    for colour, out, size, number in rings:
        for lock in range(number):
            angle = (lock / number + out) * math.tau
            reach = out * radius * canvas.rng.uniform(0.95, 1.08)
            at = centre[0] + math.cos(angle) * reach, centre[1] + math.sin(angle) * reach
            canvas.disc(at, radius * size, mix(colour, colours[1], canvas.rng.random() * 0.35))


def ear(canvas: Canvas, centre: Point, radius: float, coat: Coat, side: int) -> None:
    """Draw an ear."""
    (x, y), put = centre, placed(centre, radius)
    outer = coat.dark if coat.patches else mix(coat.fur, coat.dark, 0.12)
    inner = mix(coat.light, (230, 150, 140), 0.35)
    match coat.ear:
        case "round":
            at = x + side * radius * 0.72, y - radius * 0.74
            canvas.disc(at, radius * 0.34, outer)
            canvas.disc(at, radius * 0.19, mix(outer, inner, 0.2 if coat.patches else 0.8))
        case "point":
            canvas.shape(put((side * 0.14, -0.72), (side * 0.82, -1.37), (side * 0.97, -0.3)), outer)
            canvas.shape(put((side * 0.34, -0.76), (side * 0.76, -1.16), (side * 0.86, -0.5)), inner)
        case "long":
            for colour, size in ((outer, 1.0), (inner, 0.6)):
                at = x + side * radius * 0.42, y - radius * 1.3
                canvas.oval(at, radius * 0.24 * size, radius * 0.8 * size, colour)
        case "flop":
            at = x + side * radius * 0.93, y - radius * 0.1
            canvas.oval(at, radius * 0.3, radius * 0.66, mix(outer, coat.dark, 0.3))


def stripes(canvas: Canvas, centre: Point, radius: float, coat: Coat) -> None:
    """Draw stripes on forehead and cheeks."""
    put = placed(centre, radius)
    for x, long in ((-0.22, 0.3), (0.0, 0.4), (0.22, 0.3)):
        canvas.shape(put((x - 0.07, -0.92), (x + 0.07, -0.92), (x * 0.7, long - 0.92)), coat.dark)
    for side in (-1, 1):
        for down in (0.12, 0.38):
            edge = side * math.sqrt(1 - down * down)
            canvas.shape(put((edge, down - 0.06), (edge, down + 0.06), (side * 0.62, down)), coat.dark)


def muzzle(canvas: Canvas, centre: Point, radius: float, coat: Coat) -> None:
    """Draw cheeks, chin, nose and mouth."""
    x, y = centre
    if coat.cheeks:
        for side in (-1, 1):
            canvas.oval((x + side * radius * 0.5, y + radius * 0.36), radius * 0.42, radius * 0.4, coat.light)
    else:
        bridge = placed(centre, radius)((-0.2, 0.4), (-0.12, -0.3), (0.12, -0.3), (0.2, 0.4))
        canvas.shape(bridge, mix(coat.fur, coat.light, 0.35))
    canvas.oval((x, y + radius * 0.66), radius * 0.26, radius * 0.22, coat.light)
    for side in (-1, 1):
        canvas.disc((x + side * radius * 0.2, y + radius * 0.44), radius * 0.27, coat.light)
    nose = [(x - radius * 0.17, y + radius * 0.18), (x + radius * 0.17, y + radius * 0.18), (x, y + radius * 0.36)]
    canvas.shape(nose, coat.dark)
    canvas.oval((x, y + radius * 0.18), radius * 0.17, radius * 0.06, coat.dark)
    canvas.stroke([(x, y + radius * 0.34), (x, y + radius * 0.5)], coat.dark, radius * 0.035)
    for side in (-1, 1):
        left = x if side > 0 else x - radius * 0.3
        box = (left, y + radius * 0.36, left + radius * 0.3, y + radius * 0.62)
        canvas.pen.arc(box, 20, 170, fill=coat.dark, width=max(1, round(radius * 0.035)))


def eye(canvas: Canvas, centre: Point, radius: float, coat: Coat, side: int) -> None:
    """Draw an eye with its spark of light."""
    x, y = centre
    if coat.patches:
        canvas.oval((x + side * radius * 0.04, y + radius * 0.04), radius * 0.24, radius * 0.3, coat.dark)
    canvas.oval(centre, radius * 0.15, radius * 0.16, mix(coat.light, (255, 255, 255), 0.6))
    canvas.disc(centre, radius * 0.125, mix(coat.dark, (190, 130, 40), 0.35))
    canvas.disc(centre, radius * 0.075, (18, 14, 14))
    canvas.disc((x - radius * 0.04, y - radius * 0.05), radius * 0.035, (255, 255, 255))
    lid = (x - radius * 0.19, y - radius * 0.24, x + radius * 0.19, y + radius * 0.14)
    canvas.pen.arc(lid, 200, 340, fill=coat.dark, width=max(1, round(radius * 0.04)))


def whiskers(canvas: Canvas, centre: Point, radius: float, coat: Coat) -> None:
    """Draw whiskers."""
    x, y = centre
    colour = mix(coat.light, coat.dark, 0.25)
    for side in (-1, 1):
        for down, slope in ((0.38, -0.08), (0.46, 0.02), (0.54, 0.12)):
            start = x + side * radius * 0.34, y + radius * down
            canvas.stroke([start, (x + side * radius * 0.95, y + radius * (down + slope))], colour, radius * 0.016)
