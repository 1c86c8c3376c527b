"""`Weather` from OpenWeatherMap, or from the sandbox with the sandbox's key.

OpenWeatherMap takes its key in the URL only, so no URL of a call appears in an error, a log or an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import urlencode

import orjson

from nodebuilder.errors import NodeError, ProviderError
from nodebuilder.providers.safe_http import SafeHttp
from nodebuilder.providers.targets import usable
from nodebuilder.providers.urls import UrlPolicy, read_url
from nodebuilder.providers.weather import WeatherReport
from nodebuilder.providers.web import WebAnswer, WebLimits, WebRequest
from nodebuilder.settings import Settings
from nodebuilder.values import Secret, as_mapping

MAX_BYTES: Final = 256 * 1024


class OpenWeatherMap:
    """Asks the address in the settings; a sandbox key goes to `sandbox_url` only, and no other key ever does."""

    def __init__(self, settings: Settings, sandbox_url: str | None = None) -> None:
        self._settings = settings
        self._sandbox_url = sandbox_url
        self._http = SafeHttp()

    async def now(self, city: str, key: Secret) -> WeatherReport:
        """Return the weather in a city (see `Weather.now`)."""
        request = self._request(city, key)
        policy = UrlPolicy(private_hosts=(read_url(request.url).place,))
        limits = WebLimits(self._settings.weather_deadline_seconds, MAX_BYTES, redirects=0)
        answer = await self._http.fetch(request, policy, limits)
        if answer.status != 200:
            raise _refusal(answer.status, city)
        return _report(_object(answer))

    def _request(self, city: str, key: Secret) -> WebRequest:
        wanted = {"q": city.strip(), "units": "metric"}
        if key.source != "sandbox":
            query = urlencode({**wanted, "appid": usable(key)})
            return WebRequest(f"{self._settings.openweathermap_base_url.rstrip('/')}/weather?{query}")
        if self._sandbox_url is None:
            raise ProviderError(
                "The sandbox takes sandbox keys only, and sandbox keys work nowhere else.",
                "Start with --sandbox, or store a key of OpenWeatherMap.",
                charged="no",
                code="wrong_key",
            )
        bearer = (("authorization", f"Bearer {usable(key)}"),)
        return WebRequest(f"{self._sandbox_url.rstrip('/')}/weather?{urlencode(wanted)}", headers=bearer)


def _refusal(status: int, city: str) -> NodeError:
    match status:
        case 401:
            cause, remedy, code = (
                "Invalid API key",
                "Copy the key again; a new one works after an hour or two.",
                "bad_key",
            )
        case 404:
            shown = " ".join(city.split())[:80]
            cause, remedy, code = (
                f"City '{shown}' not found",
                "Try another spelling, or City,Country.",
                "city_not_found",
            )
        case 429:
            cause, remedy, code = "Weather API error: too many requests", "Ask again later.", "rate_limit"
        case _:
            cause, remedy, code = f"Weather API error: {status}", "Ask again later.", "provider_down"
    return ProviderError(cause, remedy, charged="no", code=code)


def _object(answer: WebAnswer) -> Mapping[str, Any]:
    try:
        found = as_mapping(orjson.loads(answer.body))
    except orjson.JSONDecodeError:
        found = None
    if found is None or not answer.complete:
        raise _nonsense()
    return found


def _report(said: Mapping[str, Any]) -> WeatherReport:
    main = as_mapping(said.get("main")) or {}
    conditions = said.get("weather")
    first = cast("list[Any]", conditions)[0] if isinstance(conditions, list) and conditions else None
    return WeatherReport(
        city=str(said.get("name") or ""),
        country=str((as_mapping(said.get("sys")) or {}).get("country") or ""),
        temperature=_needed(main, "temp"),
        feels_like=_needed(main, "feels_like"),
        condition=str((as_mapping(first) or {}).get("description") or ""),
        humidity=_needed(main, "humidity"),
        pressure=_needed(main, "pressure"),
        wind_speed=_number(as_mapping(said.get("wind")) or {}, "speed"),
        visibility=_number(said, "visibility"),
    )


def _number(said: Mapping[str, Any], name: str) -> float | None:
    value = said.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _needed(said: Mapping[str, Any], name: str) -> float:
    value = _number(said, name)
    if value is None:
        raise _nonsense()
    return value


def _nonsense() -> NodeError:
    return ProviderError(
        "Weather API error: the answer is no weather report",
        "Check NODEBUILDER_OPENWEATHERMAP_BASE_URL, then ask again.",
        charged="no",
        code="bad_answer",
    )
