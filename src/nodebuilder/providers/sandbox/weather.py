"""The sandbox's weather: made up from the name of the city, the same each time, and said to be so."""

from __future__ import annotations

import re
from random import Random
from typing import Any, Final

CONDITIONS: Final = (
    "clear sky",
    "few clouds",
    "scattered clouds",
    "overcast clouds",
    "light rain",
    "thunderstorm",
    "light snow",
    "mist",
)
MARK: Final = "(sandbox)"
_NO_CITY: Final = re.compile(r"nowhere|atlantis|\d", re.IGNORECASE)


def weather(city: str) -> dict[str, Any] | None:
    """Return made-up weather in OpenWeatherMap's form; None for what is no city (`Nowhere`, or with digits in it)."""
    name, _, country = (part.strip() for part in " ".join(city.split()).partition(","))
    if not name or _NO_CITY.search(name):
        return None
    dice = Random(name.casefold())  # noqa: S311 - weather, not security
    condition = dice.choice(CONDITIONS)
    low, high = (-15.0, 1.0) if "snow" in condition else (6.0, 31.0)
    degrees = round(dice.uniform(low, high), 2)
    return {
        "cod": 200,
        "name": f"{name.title()} {MARK}",
        "sys": {"country": country.upper()[:2] or "XX"},
        "weather": [{"main": condition.split()[-1].title(), "description": f"{condition} {MARK}"}],
        "main": {
            "temp": degrees,
            "feels_like": round(degrees - dice.uniform(0, 3), 2),
            "humidity": dice.randint(30, 95),
            "pressure": dice.randint(985, 1035),
        },
        "wind": {"speed": round(dice.uniform(0.5, 12), 1)},
        "visibility": dice.randrange(1000, 10_001, 500),
    }
