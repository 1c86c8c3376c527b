from __future__ import annotations

from nodebuilder.providers.sandbox.weather import weather


def test_a_city_has_the_same_weather_each_time_and_another_one_its_own() -> None:
    assert weather("Oslo") == weather("  OSLO ")
    assert weather("Oslo") != weather("Lima")
    assert weather("Oslo,no") == {**(weather("Oslo") or {}), "sys": {"country": "NO"}}


def test_it_says_that_it_is_made_up() -> None:
    found = weather("Oslo") or {}
    assert found["name"] == "Oslo (sandbox)"
    assert found["weather"][0]["description"].endswith("(sandbox)")


def test_what_is_no_city_has_no_weather() -> None:
    assert [weather(name) for name in ("", "  ", ",NO", "Nowhere", "Planet 9", "atlantis")] == [None] * 6


def test_the_weather_is_believable() -> None:
    for name in ("Oslo", "Lima", "Paris", "Tokyo", "Cairo", "Quito", "Berlin", "Perth"):
        found = weather(name) or {}
        assert -20 < found["main"]["feels_like"] <= found["main"]["temp"] < 35
        assert 0 < found["main"]["humidity"] <= 100
