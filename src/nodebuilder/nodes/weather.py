"""Weather: the weather in a city, for models."""

from __future__ import annotations

from typing import Annotated, Any, Final

from nodebuilder.context import Context
from nodebuilder.errors import InputError, NodeError
from nodebuilder.node import tool
from nodebuilder.providers.weather import Weather, WeatherReport
from nodebuilder.tool_calls import FallbackIds
from nodebuilder.values import Secret
from nodebuilder.widgets import KeyOf, Needs, Required

CITY_REQUIRED: Final = "City is required"
KEY_REQUIRED: Final = "OpenWeatherMap API key is required"


@tool(
    "get_weather",
    type_id="weather_tool",
    title="Weather",
    tags=("tool", "weather", "openweathermap", "llm"),
    fallback_ids=FallbackIds("weather_result", "weather_error", "weather_exception"),
)
async def weather_tool(
    ctx: Context,
    weather: Needs[Weather],
    city: Annotated[str, Required(CITY_REQUIRED)],
    *,
    openweathermap_api_key: Annotated[Secret, KeyOf("openweathermap")] = Secret(""),
) -> dict[str, Any]:
    """Get the current weather in a city.

    Args:
        city: The name of the city, for example "London" or "London,GB"
        openweathermap_api_key: Your key of OpenWeatherMap
    """
    if not city.strip():
        raise InputError(CITY_REQUIRED, "Call the tool again with a city.", code="missing_argument")
    if not openweathermap_api_key:
        raise InputError(KEY_REQUIRED, "Add a secret named openweathermap, or choose one in the widget.", code="no_key")
    try:
        report = await weather.now(city, openweathermap_api_key)
    except NodeError as error:
        ctx.log(f"{error.message} {error.remedy}".strip(), "warning")
        return {"error": error.message}
    return as_result(report)


def as_result(report: WeatherReport) -> dict[str, Any]:
    """Return the weather as a model gets it: degrees to one decimal, visibility in kilometres."""
    return {
        "city": report.city,
        "country": report.country,
        "temperature": round(report.temperature, 1),
        "feels_like": round(report.feels_like, 1),
        "condition": report.condition.title(),
        "humidity": report.humidity,
        "pressure": report.pressure,
        "wind_speed": report.wind_speed,
        "visibility": None if report.visibility is None else report.visibility / 1000,
        "unit": "Celsius",
    }
