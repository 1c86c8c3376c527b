"""What pictures cost: litellm's bundled price map, read as a file so that litellm itself is never imported for it.

A cost after the call is the provider's own usage × this map, or None: an unknown cost is never shown as nothing.
A cost before the call is an estimate with a range: the tokens of a picture follow from model, size and quality.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

import orjson

PRICE_MAP: Final = "model_prices_and_context_window_backup.json"
DEFAULT_IMAGE_MODEL: Final = "gpt-image-1"
WITHOUT_PRICE_MAP: Final = ("gpt-image-2.5-flare", "gpt-image-2.5-sunburst", "gpt-image-2", DEFAULT_IMAGE_MODEL)
PROMPT_TOKENS: Final = (1, 1000)
SIZES: Final = ((1024, 1024), (1024, 1536), (1536, 1024))

_OF_OPENAI: Final = re.compile(r"(?:chat)?gpt-image-[\w.-]+")
_SNAPSHOT: Final = re.compile(r"-\d{4}-\d{2}-\d{2}$")
# Output tokens of the first generation (gpt-image-1, -mini, 1.5), as OpenAI's guide lists them by shape.
_FIRST_GENERATION: Final = {
    "low": {(1024, 1024): 272, (1024, 1536): 408, (1536, 1024): 400},
    "medium": {(1024, 1024): 1056, (1024, 1536): 1584, (1536, 1024): 1568},
    "high": {(1024, 1024): 4160, (1024, 1536): 6240, (1536, 1024): 6208},
}
# Later generations: patches along the longer side; checked in the tests against the prices per picture in the map.
_PATCHES_2_5: Final = {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96}
_PATCHES: Final = {
    "gpt-image-2": {"low": 16, "medium": 48, "high": 96},
    "gpt-image-2.5-flare": _PATCHES_2_5,
    "gpt-image-2.5-sunburst": _PATCHES_2_5,
}


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """An image model of the price map; prices in US dollars per token, None where the map has none."""

    name: str
    deprecation_date: date | None = None
    text_in: float | None = None
    text_in_cached: float | None = None
    image_in: float | None = None
    image_in_cached: float | None = None
    image_out: float | None = None
    text_out: float | None = None


@cache
def image_models() -> tuple[ModelInfo, ...]:
    """Return OpenAI's image models: those without an end first, newest first, dated snapshots after their alias."""
    found = [_model(name, entry) for name, entry in _price_map().items() if _is_image_model(name, entry)]
    known = {model.name for model in found}
    wanted = (DEFAULT_IMAGE_MODEL,) if found else WITHOUT_PRICE_MAP
    found += [ModelInfo(name) for name in wanted if name not in known]
    return tuple(sorted(found, key=_rank))


def retirement(model: str, today: date | None = None) -> str | None:
    """Return the sentence that says `model` is retired and names its successors; None while it is not."""
    now = today or datetime.now(UTC).date()
    info = _info(model)
    if info is None or info.deprecation_date is None or info.deprecation_date > now:
        return None
    ended = f"{info.deprecation_date.day} {info.deprecation_date:%B %Y}"
    return f"OpenAI retired {info.name} on {ended}; use {successors(now)} instead."


def successors(today: date | None = None, *, but: str = "") -> str:
    """Return the current models as a phrase: `gpt-image-2.5-flare or gpt-image-2`; `but` leaves one out."""
    now = today or datetime.now(UTC).date()
    current = [
        model
        for model in image_models()
        if not _SNAPSHOT.search(model.name) and model.image_out is not None and model.name != but
    ]
    lasting = [model.name for model in current if model.deprecation_date is None]
    names = lasting or [model.name for model in current if model.deprecation_date and model.deprecation_date > now]
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or "a current image model"


def cost_of(model: str, usage: Mapping[str, Any] | None) -> float | None:
    """Return what a call cost in US dollars by its `usage`; None when usage or model is unknown, never 0."""
    info = _info(model)
    if info is None or not isinstance(usage, Mapping):
        return None
    bill = [*_input_bill(info, usage), *_output_bill(info, usage)]
    if any(tokens and price is None for tokens, price in bill):
        return None
    return sum(tokens * price for tokens, price in bill if price is not None) or None


def estimate_image(model: str, size: str, quality: str) -> tuple[float, float] | None:
    """Return the least and the most one picture may cost in US dollars, with a prompt of up to 1,000 tokens."""
    info = _info(model)
    if info is None or info.image_out is None or info.text_in is None:
        return None
    shapes = SIZES if size == "auto" else filter(None, (_shape(size),))
    words = ("low", "medium", "high") if quality == "auto" else (quality,)
    choices = [(shape, word) for shape in shapes for word in words]
    pictures = [tokens * info.image_out for choice in choices if (tokens := picture_tokens(info.name, *choice))]
    if not pictures:
        return None
    listed = [_listed_price(info.name, *choice) for choice in choices]
    shortest, longest = (count * info.text_in for count in PROMPT_TOKENS)
    return min(pictures) + shortest, max(pictures + listed) + longest


def picture_tokens(model: str, shape: tuple[int, int], quality: str) -> int | None:
    """Return the output tokens of one picture; None when the model, or such a picture of it, is not known."""
    if re.match(r"gpt-image-1|chatgpt-image", model):
        return _FIRST_GENERATION.get(quality, {}).get(shape)
    patches = _PATCHES.get(_SNAPSHOT.sub("", model), {}).get(quality)
    return _patch_tokens(patches, shape) if patches else None


def read_price_map() -> Mapping[str, Mapping[str, Any]]:
    """Read litellm's whole price map (blocks for a few hundredths of a second); empty where there is none."""
    spec = find_spec("litellm")
    path = Path(spec.origin).with_name(PRICE_MAP) if spec and spec.origin else None
    if path is None or not path.is_file():
        return {}
    entries: dict[str, Any] = orjson.loads(path.read_bytes())
    return {name: cast("dict[str, Any]", entry) for name, entry in entries.items() if isinstance(entry, dict)}


@cache
def _price_map() -> Mapping[str, Any]:
    return {name: entry for name, entry in read_price_map().items() if "gpt-image" in name}


def _is_image_model(name: str, entry: Mapping[str, Any]) -> bool:
    mine = entry.get("litellm_provider") == "openai" and entry.get("mode") == "image_generation"
    return mine and _OF_OPENAI.fullmatch(name) is not None


def _model(name: str, entry: Mapping[str, Any]) -> ModelInfo:
    return ModelInfo(
        name=name,
        deprecation_date=_date(entry.get("deprecation_date")),
        text_in=entry.get("input_cost_per_token"),
        text_in_cached=entry.get("cache_read_input_token_cost"),
        image_in=entry.get("input_cost_per_image_token"),
        image_in_cached=entry.get("cache_read_input_image_token_cost"),
        image_out=entry.get("output_cost_per_image_token"),
        text_out=entry.get("output_cost_per_token"),
    )


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _rank(model: ModelInfo) -> tuple[bool, float, str, bool]:
    version = re.search(r"-(\d+(?:\.\d+)?)", model.name)
    alias = _SNAPSHOT.sub("", model.name)
    return (
        model.deprecation_date is not None,
        -float(version[1]) if version else 0.0,
        alias,
        alias != model.name,
    )


def _info(model: str) -> ModelInfo | None:
    name = model.removeprefix("openai/")
    return next((info for info in image_models() if info.name == name), None)


Bill = list[tuple[int, float | None]]


def _input_bill(info: ModelInfo, usage: Mapping[str, Any]) -> Bill:
    details = _object(usage, "input_tokens_details")
    images = _count(details, "image_tokens")
    texts = _count(details, "text_tokens") or max(_count(usage, "input_tokens") - images, 0)
    by_kind = _object(details, "cached_tokens_details")
    cached = _count(details, "cached_tokens")
    cached_images = min(_count(by_kind, "image_tokens"), images)
    cached_texts = min(_count(by_kind, "text_tokens") or max(cached - cached_images, 0), texts)
    return [
        (texts - cached_texts, info.text_in),
        (cached_texts, _either(info.text_in_cached, info.text_in)),
        (images - cached_images, info.image_in),
        (cached_images, _either(info.image_in_cached, info.image_in)),
    ]


def _output_bill(info: ModelInfo, usage: Mapping[str, Any]) -> Bill:
    details = _object(usage, "output_tokens_details")
    texts = _count(details, "text_tokens")
    images = _count(details, "image_tokens") or max(_count(usage, "output_tokens") - texts, 0)
    return [(images, info.image_out), (texts, _either(info.text_out, info.image_out))]


def _either(first: float | None, second: float | None) -> float | None:
    return first if first is not None else second


def _object(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _count(data: Mapping[str, Any], name: str) -> int:
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _shape(size: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d{2,5})x(\d{2,5})", size)
    return (int(match[1]), int(match[2])) if match else None


def _patch_tokens(patches: int, shape: tuple[int, int]) -> int:
    shorter = (2 * patches * min(shape) + max(shape)) // (2 * max(shape))
    return -(-patches * shorter * (2_000_000 + shape[0] * shape[1]) // 4_000_000)


def _listed_price(model: str, shape: tuple[int, int], quality: str) -> float:
    entry = _price_map().get(f"{quality}/{shape[0]}-x-{shape[1]}/{model}", {})
    return entry.get("input_cost_per_image", 0.0)
