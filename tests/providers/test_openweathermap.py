from __future__ import annotations

import json
import logging
import traceback

import pytest

from nodebuilder.errors import NodeError
from nodebuilder.providers.openweathermap import OpenWeatherMap
from nodebuilder.settings import load_settings
from nodebuilder.values import Secret
from tests.webserver import WebServer, http

KEY = "canary0123456789abcdef0123456789"
LIMA = {"name": "Lima", "weather": [], "main": {"temp": 19, "feels_like": 19, "humidity": 80, "pressure": 1015}}


async def refused(weather: OpenWeatherMap, key: Secret) -> NodeError:
    with pytest.raises(NodeError) as error:
        await weather.now("Lima", key)
    assert KEY not in "".join(traceback.format_exception(error.value))
    return error.value


async def test_a_report_without_conditions_is_one_all_the_same() -> None:
    async with WebServer() as server:
        server.say("/weather", http(200, json.dumps(LIMA).encode()))
        report = await OpenWeatherMap(load_settings(openweathermap_base_url=f"{server.url}/")).now("Lima", Secret(KEY))
    assert (report.city, report.country, report.condition, report.visibility) == ("Lima", "", "", None)


async def test_the_key_is_in_no_error_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with WebServer() as server:
            weather = OpenWeatherMap(load_settings(openweathermap_base_url=server.url))
            for said in (http(401), http(500), b"", b"junk\n", http(200, b"{"), http(302, location="/x")):
                server.say("/weather", said)
                error = await refused(weather, Secret(KEY))
                assert error.remedy
        await refused(weather, Secret(KEY))
    assert KEY not in caplog.text


async def test_a_sandbox_key_goes_to_the_sandbox_only() -> None:
    async with WebServer() as real, WebServer() as sandbox:
        settings = load_settings(openweathermap_base_url=real.url)
        sandbox.say("/v1/weather", http(200, json.dumps(LIMA).encode()))
        key = Secret(KEY, "sandbox")
        assert (await OpenWeatherMap(settings, f"{sandbox.url}/v1").now("Lima", key)).city == "Lima"
        assert sandbox.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert KEY not in sandbox.requests[0].path
        assert (await refused(OpenWeatherMap(settings), key)).code == "wrong_key"
        assert real.connections == 0


async def test_a_key_that_cannot_be_one_is_refused() -> None:
    weather = OpenWeatherMap(load_settings(openweathermap_base_url="http://127.0.0.1:9"))
    assert (await refused(weather, Secret("two words"))).code == "bad_key"
