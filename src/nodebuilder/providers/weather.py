"""The weather now: what a city's weather is asked for with, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nodebuilder.values import Secret


@dataclass(frozen=True, slots=True)
class WeatherReport:
    """The weather in a city: degrees Celsius, percent, hectopascal, metres per second, metres."""

    city: str
    country: str
    temperature: float
    feels_like: float
    condition: str
    humidity: float
    pressure: float
    wind_speed: float | None = None
    visibility: float | None = None


class Weather(Protocol):
    """The ability to tell the weather."""

    async def now(self, city: str, key: Secret) -> WeatherReport:
        """Return the weather in a city.

        Raises:
            NodeError: there is no such city, the key is refused, or no proper answer came; nothing is charged.
        """
        ...
