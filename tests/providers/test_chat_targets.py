"""Where a talk goes and with which key."""

from __future__ import annotations

import pytest

from nodebuilder.errors import ProviderError
from nodebuilder.providers.chat import ChatRequest
from nodebuilder.providers.chat_requests import fields
from nodebuilder.providers.chat_targets import NO_KEY, ChatTarget, chat_target, is_bound
from nodebuilder.providers.urls import read_url
from nodebuilder.settings import Settings
from nodebuilder.values import Secret

KEY = "sk-test-only-Zq81Lm20Vx77"
SANDBOX = "http://127.0.0.1:9/v1"


def target(provider: str, base_url: str = "", key: str = KEY, *hosts: str, source: str = "secret") -> ChatTarget:
    request = ChatRequest(provider, "m", ({"role": "user", "content": "hi"},), base_url=base_url)
    settings = Settings(openai_base_url="https://proxy.example/v1", allowed_private_hosts=("localhost:11434",))
    return chat_target(request, Secret(key, source, name="mine", hosts=frozenset(hosts)), settings, SANDBOX)


@pytest.mark.parametrize(
    ("provider", "base_url", "url", "wire", "checked"),
    [
        ("openai", "", "https://proxy.example/v1", "openai", False),
        ("openai", "https://proxy.example/v1", "https://proxy.example/v1", "openai", False),
        ("openai", "https://api.openai.com/v1", "https://api.openai.com/v1", "openai", True),
        ("anthropic", "", "https://api.anthropic.com", "anthropic", False),
        ("anthropic", "https://api.anthropic.com", "https://api.anthropic.com", "anthropic", True),
        ("groq", "", "", "", False),
    ],
)
def test_a_key_goes_to_its_provider(provider: str, base_url: str, url: str, wire: str, checked: bool) -> None:
    found = target(provider, base_url)
    assert (found.target.url, found.wire, found.target.key) == (url, wire, KEY)
    assert (found.policy is not None) is checked


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("", "http://localhost:11434/v1"),
        ("http://localhost:11434", "http://localhost:11434/v1"),
        ("http://localhost:11434/", "http://localhost:11434/v1"),
        ("http://localhost:11434/api/", "http://localhost:11434/api"),
    ],
)
def test_a_server_of_ones_own_gets_no_key_and_has_to_be_allowed(base_url: str, url: str) -> None:
    found = target("ollama", base_url, "")
    assert (found.target.url, found.target.key, found.wire) == (url, NO_KEY, "openai")
    assert found.policy is not None
    assert found.policy.private_hosts == ("localhost:11434",)


@pytest.mark.parametrize("host", ["llm.example", "llm.example:443"])
def test_a_bound_key_goes_where_it_is_bound_to(host: str) -> None:
    assert target("openai", "https://llm.example/v1", KEY, host).target.key == KEY


@pytest.mark.parametrize(
    "base_url",
    ["https://llm.example:8443/v1", "http://other.example", "https://api.anthropic.com", "http://api.openai.com/v1"],
)
def test_a_key_goes_nowhere_else(base_url: str) -> None:
    with pytest.raises(ProviderError) as caught:
        target("openai", base_url, KEY, "llm.example")
    assert (caught.value.code, caught.value.charged) == ("key_not_bound", "no")
    assert "nodebuilder secrets bind mine" in caught.value.remedy
    assert KEY not in caught.value.message + caught.value.remedy


def test_http_and_https_are_two_places() -> None:
    key = Secret(KEY, hosts=frozenset({"a.example:443"}))
    assert is_bound(key, read_url("https://a.example/x"))
    assert not is_bound(key, read_url("http://a.example/x"))


def test_the_sandboxs_key_goes_to_the_sandbox_whatever_the_address() -> None:
    assert target("anthropic", "https://llm.example", "s", source="sandbox").target.url == SANDBOX


def test_litellm_is_never_left_to_look_for_a_key_or_to_try_again() -> None:
    request = ChatRequest("openai", "gpt-5-pro", ({"role": "user", "content": "hi"},))
    for provider, base_url, key in (
        ("openai", "", KEY),
        ("groq", "", KEY),
        ("ollama", "", ""),
        ("groq", "https://llm.example", ""),
    ):
        asked = fields(request, target(provider, base_url, key), usage=True, seconds=9)
        assert asked["api_key"]
        assert (asked["max_retries"], asked["num_retries"]) == (0, 0)
    own = chat_target(request, Secret(KEY, "secret"), Settings(), None)
    assert fields(request, own, usage=True, seconds=9)["_skip_responses_api_bridge"] is False
