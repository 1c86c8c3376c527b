"""What answers cost and which models see, out of litellm's own map."""

from __future__ import annotations

import pytest

from nodebuilder.providers.chat import ChatRequest
from nodebuilder.providers.chat_prices import chat_model, cost_of_chat, estimate_chat
from nodebuilder.providers.litellm_chat import LitellmChat
from nodebuilder.settings import Settings

USAGE = {"prompt_tokens": 1000, "completion_tokens": 100}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 4_000_000}}


def asked(provider: str = "openai", model: str = "gpt-4o", content: object = "hi", **more: object) -> ChatRequest:
    return ChatRequest(provider, model, ({"role": "user", "content": content},), **more)  # pyright: ignore[reportArgumentType] - fields


@pytest.mark.parametrize(
    ("provider", "model", "sees"),
    [
        ("openai", "gpt-4o", True),
        ("openai", "gpt-4o-2024-08-06", True),
        ("openai", "gpt-4o-2099-01-01", True),
        ("openai", "openai/gpt-4o", True),
        ("openai", "o3-mini", False),
        ("anthropic", "claude-sonnet-4-5", True),
        ("anthropic", "claude-sonnet-4-5-20250929", True),
        ("gemini", "gemini-2.5-flash", True),
        ("openai", "claude-sonnet-4-5", None),
        ("openai", "no-such-model", None),
    ],
)
def test_which_models_take_pictures(provider: str, model: str, sees: bool | None) -> None:
    assert LitellmChat(Settings()).sees(asked(provider, model)) is sees


def test_cost_is_usage_times_price() -> None:
    assert cost_of_chat("openai", "gpt-4o", USAGE) == pytest.approx(1000 * 2.5e-6 + 100 * 1e-5)
    cached = {**USAGE, "prompt_tokens_details": {"cached_tokens": 400}}
    assert cost_of_chat("openai", "gpt-4o", cached) == pytest.approx(600 * 2.5e-6 + 400 * 1.25e-6 + 100 * 1e-5)
    written = {**USAGE, "cache_creation_input_tokens": 200, "cache_read_input_tokens": 300}
    price = 500 * 3e-6 + 200 * 3.75e-6 + 300 * 3e-7 + 100 * 1.5e-5
    assert cost_of_chat("anthropic", "claude-sonnet-4-5", written) == pytest.approx(price)


def test_a_long_prompt_has_the_price_of_long_prompts() -> None:
    info = chat_model("gemini", "gemini-2.5-pro")
    assert info is not None
    short, long = info.price("input_cost_per_token", 1000), info.price("input_cost_per_token", 300_000)
    assert short is not None
    assert long is not None
    assert long > short


@pytest.mark.parametrize("usage", [None, USAGE])
def test_an_unknown_cost_is_never_nothing(usage: dict[str, int] | None) -> None:
    assert cost_of_chat("openai", "no-such-model", usage) is None
    assert cost_of_chat("openai", "gpt-4o", None) is None


def test_the_estimate_is_an_upper_bound_in_which_pictures_have_a_fixed_price() -> None:
    small, long = estimate_chat(asked(max_tokens=100)), estimate_chat(asked(content="word " * 1000, max_tokens=100))
    assert small is not None
    assert long is not None
    assert 100 * 1e-5 < small < 0.002
    assert long > 1000 * 2.5e-6
    seen = estimate_chat(asked(content=[PICTURE], max_tokens=100))
    assert seen is not None
    assert small < seen < 0.05
    unlimited = estimate_chat(asked())
    assert unlimited is not None
    assert unlimited > 16_384 * 1e-5


def test_another_address_has_no_known_price() -> None:
    chat = LitellmChat(Settings())
    assert chat.cost(asked(base_url="https://llm.example.com/v1"), USAGE) is None
    assert chat.estimate(asked(base_url="https://llm.example.com/v1")) is None
    assert chat.cost(asked(base_url="https://api.openai.com/v1"), USAGE) is not None
    assert LitellmChat(Settings(openai_base_url="http://127.0.0.1:9/v1")).cost(asked(), USAGE) is not None
    assert chat.cost(asked("ollama", "llama3", base_url="not a url"), USAGE) is None
