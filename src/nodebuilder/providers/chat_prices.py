"""What answers of language models cost and which models see: litellm's bundled map, read as a file (see `prices`)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from nodebuilder.providers.chat import ChatRequest
from nodebuilder.providers.chat_messages import picture_count
from nodebuilder.providers.chat_usage import count
from nodebuilder.providers.prices import read_price_map
from nodebuilder.values import to_json

TOKENS_OF_A_PICTURE: Final = 6000
"""The most that one picture counts for, as far as providers say: more than any of them asks for in fact."""
MOST_ANSWER: Final = 128_000
"""The longest answer that is reckoned with where neither the request nor the map has a limit."""
_SNAPSHOT: Final = re.compile(r"[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$")
_MODES: Final = frozenset({"chat", "responses", "completion"})
_NAMES: Final = (
    r"(input_cost_per_token|output_cost_per_token|cache_read_input_token_cost|cache_creation_input_token_cost"
    r"|output_cost_per_reasoning_token)"
)
_TIER: Final = re.compile(_NAMES + r"_above_(\d+)k_tokens")
_PRICE: Final = re.compile(_NAMES + r"(_above_\d+k_tokens)?")
_INPUT: Final = "input_cost_per_token"
_OUTPUT: Final = "output_cost_per_token"
_CACHED: Final = "cache_read_input_token_cost"


@dataclass(frozen=True, slots=True)
class ChatModelInfo:
    """A language model of the price map: `prices` in US dollars per token by the map's names.

    `tiers` are the prices from a number of prompt tokens on, by that number. `sees` is None where the map is silent.
    """

    provider: str
    prices: Mapping[str, float]
    tiers: Mapping[int, Mapping[str, float]]
    sees: bool | None
    max_answer: int | None

    def price(self, name: str, prompt: int) -> float | None:
        """Return a price for a prompt of so many tokens."""
        found = self.prices.get(name)
        for start, prices in sorted(self.tiers.items()):
            if prompt > start:
                found = prices.get(name, found)
        return found


def chat_model(provider: str, model: str) -> ChatModelInfo | None:
    """Return what the map has of a model, dated variants included; None if it has nothing."""
    name = model.removeprefix(f"{provider}/")
    undated = _SNAPSHOT.sub("", name)
    for candidate in dict.fromkeys((f"{provider}/{name}", name, f"{provider}/{undated}", undated)):
        info = _models().get(candidate)
        if info is not None and (
            info.provider == provider or info.provider.startswith((f"{provider}-", f"{provider}_"))
        ):
            return info
    return None


def cost_of_chat(provider: str, model: str, usage: Mapping[str, Any] | None) -> float | None:
    """Return what an answer cost in US dollars by its usage; None when usage or price is not known."""
    info = chat_model(provider, model)
    if info is None or usage is None:
        return None
    bill = list(_bill(info, usage))
    if any(tokens and price is None for tokens, price in bill):
        return None
    return sum(tokens * price for tokens, price in bill if price is not None)


def estimate_chat(request: ChatRequest) -> float | None:
    """Return the most an answer may cost in US dollars; None when the price is not known.

    A token has at least one byte, but a text of as many tokens as bytes is unheard of: half as many are reckoned with.
    """
    info = chat_model(request.provider, request.model)
    if info is None:
        return None
    pictures = picture_count(request.messages)
    prompt = len(_text(request)) // 2 + 16 * len(request.messages) + pictures * TOKENS_OF_A_PICTURE
    answer = request.max_tokens or info.max_answer or MOST_ANSWER
    into, out = info.price(_INPUT, prompt), info.price(_OUTPUT, prompt)
    if into is None or out is None:
        return None
    return prompt * max(into, info.price("cache_creation_input_token_cost", prompt) or 0) + answer * out


def _text(request: ChatRequest) -> bytes:
    """Return all that is sent but for the pictures."""
    said = str(to_json([request.messages, request.tools, request.response_format]))
    return re.sub(r"data:[\w/+.-]+;base64,[\w+/=]+", "", said).encode("utf-8", "replace")


def _bill(info: ChatModelInfo, usage: Mapping[str, Any]) -> Iterator[tuple[int, float | None]]:
    prompt, answer = count(usage, "prompt_tokens"), count(usage, "completion_tokens")
    into, out = info.price(_INPUT, prompt), info.price(_OUTPUT, prompt)
    cached = count(_details(usage, "prompt_tokens_details"), "cached_tokens") or count(usage, "cache_read_input_tokens")
    cached = min(cached, prompt)
    written = min(count(usage, "cache_creation_input_tokens"), prompt - cached)
    yield prompt - cached - written, into
    yield cached, _either(info.price(_CACHED, prompt), into)
    yield written, _either(info.price("cache_creation_input_token_cost", prompt), into)
    thought = min(count(_details(usage, "completion_tokens_details"), "reasoning_tokens"), answer)
    yield answer - thought, out
    yield thought, _either(info.price("output_cost_per_reasoning_token", prompt), out)


def _either(first: float | None, second: float | None) -> float | None:
    return first if first is not None else second


def _details(usage: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value: object = usage.get(name)
    return cast("Mapping[str, Any]", value if isinstance(value, Mapping) else {})


@cache
def _models() -> Mapping[str, ChatModelInfo]:
    return {name: _info(entry) for name, entry in read_price_map().items() if entry.get("mode") in _MODES}


def _info(entry: Mapping[str, Any]) -> ChatModelInfo:
    prices = {
        sys.intern(key): float(value)
        for key, value in entry.items()
        if _PRICE.fullmatch(key) and isinstance(value, int | float)
    }
    tiers: dict[int, dict[str, float]] = {}
    for key, value in prices.items():
        if found := _TIER.fullmatch(key):
            tiers.setdefault(int(found[2]) * 1000, {})[found[1]] = value
    most = entry.get("max_output_tokens")
    max_answer = most if isinstance(most, int) and most > 0 else None
    return ChatModelInfo(str(entry.get("litellm_provider") or ""), prices, tiers, _sees(entry), max_answer)


def _sees(entry: Mapping[str, Any]) -> bool | None:
    """Say whether a model takes pictures; where the map speaks of its abilities and not of this one, it does not."""
    if isinstance(said := entry.get("supports_vision"), bool):
        return said
    if isinstance(kinds := entry.get("supported_modalities"), list):
        return "image" in kinds
    return False if any(name.startswith("supports_") for name in entry) else None
