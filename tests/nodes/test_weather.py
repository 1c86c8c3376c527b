from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.house.opening import open_house
from nodebuilder.settings import load_settings
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.nodes.calls import call, definition
from tests.webserver import Heard, WebServer, http
from tests.workbench import Bench, open_bench

KEY = "canary0123456789abcdef0123456789"
OSLO: dict[str, Any] = {
    "name": "Oslo",
    "sys": {"country": "NO"},
    "weather": [{"main": "Rain", "description": "light rain"}, {"description": "mist"}],
    "main": {"temp": 7.26, "feels_like": 4.94, "humidity": 81, "pressure": 1009},
    "wind": {"speed": 3.6},
    "visibility": 9500,
}


@pytest.fixture
async def service() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        server.say("/data/2.5/weather", http(200, json.dumps(OSLO).encode()))
        yield server


@pytest.fixture
async def asking(tmp_path: Path, service: WebServer) -> AsyncIterator[Bench]:
    address = f"{service.url}/data/2.5"
    async with open_bench(tmp_path, openweathermap_base_url=address, weather_deadline_seconds=0.5) as bench:
        await bench.store.secrets.set("openweathermap", KEY)
        yield bench


async def ask(bench: Bench, city: Any = "Oslo", **values: Any) -> Any:
    return await call(bench, "weather_tool", {"arguments": {"city": city}}, **values)


async def test_it_describes_itself_and_hides_its_key(bench: Bench) -> None:
    told = await definition(bench, "weather_tool")
    assert (told["name"], list(told["input_schema"]["properties"])) == ("get_weather", ["city"])
    assert told["input_schema"]["required"] == ["city"]


async def test_the_weather_is_as_the_service_says(asking: Bench, service: WebServer) -> None:
    assert await ask(asking, " São Paulo, BR ") == {
        "id": "weather_result",
        "result": {
            "city": "Oslo",
            "country": "NO",
            "temperature": 7.3,
            "feels_like": 4.9,
            "condition": "Light Rain",
            "humidity": 81,
            "pressure": 1009,
            "wind_speed": 3.6,
            "visibility": 9.5,
            "unit": "Celsius",
        },
    }
    assert service.requests[0].path == f"/data/2.5/weather?q=S%C3%A3o+Paulo%2C+BR&units=metric&appid={KEY}"


async def test_what_the_service_leaves_out_is_null(asking: Bench, service: WebServer) -> None:
    short = {name: value for name, value in OSLO.items() if name not in ("wind", "visibility", "sys")}
    service.say("/data/2.5/weather", http(200, json.dumps(short).encode()))
    result = (await ask(asking))["result"]
    assert (result["wind_speed"], result["visibility"], result["country"]) == (None, None, "")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (http(401, b'{"cod": 401, "message": "Invalid API key ' + KEY.encode() + b'"}'), "Invalid API key"),
        (http(404, b'{"cod": "404", "message": "city not found"}'), "City 'Oslo' not found"),
        (http(429, b"{}"), "Weather API error: too many requests"),
        (http(500, b"<html>down</html>"), "Weather API error: 500"),
        (http(200, b"<html>Hotel Wi-Fi</html>"), "Weather API error: the answer is no weather report"),
        (http(200, b"[]"), "Weather API error: the answer is no weather report"),
        (http(200, b'{"main": {"temp": "warm"}}'), "Weather API error: the answer is no weather report"),
        (http(200, b"x" * 500_000), "Weather API error: the answer is no weather report"),
        (http(302, location="http://127.0.0.1:9/"), "127.0.0.1 redirects to another address."),
        (b"", "The connection to 127.0.0.1 broke, or its answer is no HTTP: RemoteProtocolError."),
    ],
)
async def test_trouble_with_the_service_is_told_in_the_result(
    asking: Bench, service: WebServer, said: bytes, error: str
) -> None:
    service.say("/data/2.5/weather", said)
    assert await ask(asking) == {"id": "weather_result", "result": {"error": error}}
    assert KEY not in repr(asking.events)
    assert service.connections == 1


async def test_a_service_that_says_nothing_is_not_waited_for_for_ever(asking: Bench, service: WebServer) -> None:
    async def never(_: Heard) -> AsyncIterator[bytes]:
        await asyncio.sleep(3600)
        yield b""

    service.say("/data/2.5/weather", never)
    assert (await ask(asking))["result"] == {"error": "127.0.0.1 had not answered in full within 0.5 seconds."}


async def test_a_service_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with WebServer() as gone:
        address = gone.url
    async with open_bench(tmp_path, openweathermap_base_url=address) as bench:
        await bench.store.secrets.set("openweathermap", KEY)
        assert "cannot be reached" in (await ask(bench))["result"]["error"]


async def test_without_a_key_nobody_is_asked(tmp_path: Path, service: WebServer) -> None:
    async with open_bench(tmp_path, openweathermap_base_url=service.url) as bench:
        assert await ask(bench) == {"id": "weather_error", "error": "OpenWeatherMap API key is required"}
    assert service.connections == 0


async def test_without_a_city_nobody_is_asked(asking: Bench, service: WebServer) -> None:
    assert await ask(asking, "  ") == {"id": "weather_error", "error": "City is required"}
    assert (await call(asking, "weather_tool", {"id": "w", "arguments": {}})) == {
        "id": "w",
        "error": "City is required",
    }
    assert service.connections == 0


async def test_the_sandbox_has_weather_of_its_own(tmp_path: Path, service: WebServer) -> None:
    settings = load_settings(
        data_dir=tmp_path / "data", key_file=tmp_path / "key", sandbox=True, openweathermap_base_url=service.url
    )
    results: list[Any] = []
    async with open_house(settings, exclusive=False) as house:
        for city in ("Oslo", "oslo", "Nowhere"):
            asked = json.dumps({"arguments": {"city": city}})
            workflow = Workflow(
                nodes={
                    "call": Node("call", "dictionary_input", values={"json_input": asked}),
                    "tool": Node("tool", "weather_tool"),
                },
                links=tuple(link for text in ["call.dictionary_out -> tool.tool_call"] if (link := Link.parse(text))),
            )
            end = await house.runs.wait(await house.runs.start(workflow))
            assert end is not None
            results.append(end.outputs["tool"]["output"]["result"])
    assert results[0] == results[1]
    assert (results[0]["city"], results[0]["unit"]) == ("Oslo (sandbox)", "Celsius")
    assert results[2] == {"error": "City 'Nowhere' not found"}
    assert service.connections == 0
