"""Colours of a picture: moods named by the hours and places that words ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Colour = tuple[int, int, int]


def rgb(text: str) -> Colour:
    """Return a colour from its six hexadecimal digits."""
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour that lies `share` (0 to 1) of the way from the first to the second."""
    share = min(1.0, max(0.0, share))
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Mood:
    """Light and colours: the sky from top to horizon, the sun or moon, land from far to near, and accents."""

    sky: tuple[Colour, ...]
    light: Colour
    far: Colour
    near: Colour
    accents: tuple[Colour, ...]

    @property
    def dark(self) -> bool:
        """Whether the stars are out."""
        return sum(self.sky[1]) < 200


def _mood(sky: str, light: str, far: str, near: str, accents: str) -> Mood:
    colours = [tuple(rgb(code) for code in codes.split()) for codes in (sky, accents)]
    return Mood(colours[0], rgb(light), rgb(far), rgb(near), colours[1])


MOODS: Final = {
    "dawn": _mood("33406f 7c72a3 e9a6a6 ffd9ae", "fff0d2", "a98fb4", "2a2748", "f4b6a6 ffd6a5 8e7cc3 f7e1d7"),
    "day": _mood("2f79bd 74b3e3 c5e3f3 f8f3df", "fffbe8", "9dc3c6", "245046", "f2c14e e4572e 76b041 f7f3e3"),
    "sunset": _mood("2b1d52 843a70 e6604f ffc271", "ffedbd", "b2496f", "241232", "ff7f50 ffd166 c44569 f8e9d6"),
    "dusk": _mood("141a3c 3c3a75 8b5b94 e8a38d", "ffe3c4", "7a5a92", "14142e", "e9a28f f6d6ad 6d6ab0 c98bb9"),
    "night": _mood("060a1c 0f1a42 24387a 5469a6", "f6f0da", "34467f", "070c1e", "f6d365 9fb4ff 5b6bb5 e8ecff"),
    "arctic": _mood("5286ab 9cc6dc dbecf1 fbf8ee", "ffffff", "b9d3df", "2f4f6b", "8ecae6 e0fbfc 5c8fb0 ffd6ba"),
    "desert": _mood("4f8bb3 a5c9c9 f5dfb3 fbc98a", "fff6dd", "e3a874", "7b3826", "d1603d f2c57c 3d7068 f7e9c9"),
    "savanna": _mood("b8442f ec7f37 ffc567 fff0c0", "fff7d8", "d88f4a", "331810", "8c3b1f f4a93b 5c7a3a ffe2a8"),
    "forest": _mood("3c7070 86b59c dce8c2 f9f0cf", "fffae0", "8db69e", "0f2d24", "e9c46a 588157 a3b18a f4f1de"),
    "ocean": _mood("1565a0 4fa3d1 a9dbe6 fdf3da", "fff9e0", "5ea3bd", "0a3550", "f4a261 e9f5f2 2a9d8f ffd9a0"),
    "autumn": _mood("4f668b b4a19f f1c795 f9e2b1", "fff4d6", "cb935f", "431f15", "d1495b edae49 8c4a2f f6e7cb"),
    "spring": _mood("78b4e8 bcd3f4 f9d8e4 fff2e2", "fffdf2", "bfdcb4", "2c5a45", "ff8fab ffc8dd ffd166 fff1e6"),
    "neon": _mood("0a0220 2b0b4e 7d1f80 ff5d7e", "ffd6f3", "51237a", "0a0119", "00e5ff ff2e97 ffe066 9d4edd"),
    "space": _mood("04040d 0b0c2a 1d1642 3d2a66", "fdf6e3", "4a3a80", "090818", "ff9e6d 7ad7f0 b48ef0 ffe8b8"),
}
