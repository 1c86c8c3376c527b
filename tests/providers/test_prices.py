"""Prices: the bundled map is read without litellm, and what it says is what is shown."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers import prices
from nodebuilder.providers.prices import cost_of, estimate_image, image_models, retirement, successors

TODAY = date(2026, 11, 21)
USAGE = {
    "input_tokens": 60,
    "output_tokens": 4160,
    "total_tokens": 4220,
    "input_tokens_details": {"text_tokens": 50, "image_tokens": 10},
    "output_tokens_details": {"image_tokens": 4160, "text_tokens": 0},
}


@pytest.fixture(scope="module")
def price_map() -> dict[str, Any]:
    spec = find_spec("litellm")
    assert spec
    assert spec.origin
    return json.loads(Path(spec.origin).with_name(prices.PRICE_MAP).read_text())


def test_every_model_of_the_picker_is_in_the_installed_price_map_and_none_is_missing(price_map: dict[str, Any]) -> None:
    there = {
        name
        for name, entry in price_map.items()
        if "gpt-image" in name and "/" not in name and entry["litellm_provider"] == "openai"
    }
    assert {model.name for model in image_models()} == there
    for model in image_models():
        ended = price_map[model.name].get("deprecation_date")
        assert model.deprecation_date == (date.fromisoformat(ended) if ended else None)


def test_the_model_of_the_documents_can_always_be_chosen() -> None:
    assert "gpt-image-1" in {model.name for model in image_models()}


def test_lasting_models_come_before_those_that_end_and_newer_before_older() -> None:
    names = [model.name for model in image_models()]
    assert names.index("gpt-image-2.5-flare") < names.index("gpt-image-2") < names.index("gpt-image-1")
    assert names.index("gpt-image-2") < names.index("gpt-image-2-2026-04-21")


def test_a_retired_model_names_its_end_and_its_successors() -> None:
    sentence = retirement("gpt-image-1", TODAY)
    assert sentence is not None
    assert "23 October 2026" in sentence
    assert "gpt-image-2.5-flare" in sentence
    assert "gpt-image-1.5" not in sentence


@pytest.mark.parametrize(
    ("model", "today"),
    [("gpt-image-1", date(2026, 10, 22)), ("gpt-image-2", TODAY), ("no-such-model", TODAY), ("", TODAY)],
)
def test_a_model_that_is_not_retired_has_no_sentence(model: str, today: date) -> None:
    assert retirement(model, today) is None


def test_the_prefix_of_litellm_is_understood() -> None:
    assert retirement("openai/gpt-image-1", TODAY) == retirement("gpt-image-1", TODAY)


def test_the_successors_are_a_phrase_without_snapshots() -> None:
    assert re.fullmatch(r"[\w.-]+(, [\w.-]+)* or [\w.-]+", successors(TODAY))
    assert "2026-" not in successors(TODAY)


def test_a_cost_is_usage_times_price_for_text_and_pictures_apart() -> None:
    assert cost_of("gpt-image-1", USAGE) == pytest.approx(50 * 5e-6 + 10 * 10e-6 + 4160 * 40e-6)
    assert cost_of("gpt-image-2", USAGE) == pytest.approx(50 * 5e-6 + 10 * 8e-6 + 4160 * 30e-6)


def test_cached_input_is_cheaper() -> None:
    details = {"text_tokens": 50, "image_tokens": 10, "cached_tokens": 20}
    cached = {**USAGE, "input_tokens_details": details}
    assert cost_of("gpt-image-1", cached) == pytest.approx(30 * 5e-6 + 20 * 1.25e-6 + 10 * 10e-6 + 4160 * 40e-6)
    pictures = {**details, "cached_tokens_details": {"text_tokens": 0, "image_tokens": 10}, "cached_tokens": 10}
    assert cost_of("gpt-image-1", {**USAGE, "input_tokens_details": pictures}) == pytest.approx(
        50 * 5e-6 + 10 * 2.5e-6 + 4160 * 40e-6
    )


def test_usage_without_details_counts_as_prompt_text_and_a_picture() -> None:
    assert cost_of("gpt-image-1", {"input_tokens": 50, "output_tokens": 272}) == pytest.approx(50 * 5e-6 + 272 * 40e-6)


@pytest.mark.parametrize("usage", [None, {}, {"input_tokens": 0}, {"input_tokens": "many"}, {"output_tokens": -4}])
def test_an_unknown_usage_costs_an_unknown_amount_never_nothing(usage: dict[str, Any] | None) -> None:
    assert cost_of("gpt-image-1", usage) is None


def test_an_unknown_model_costs_an_unknown_amount() -> None:
    assert cost_of("gpt-image-9", USAGE) is None
    assert estimate_image("gpt-image-9", "1024x1024", "low") is None


@given(usage=st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_no_usage_whatever_breaks_the_bill(usage: Any) -> None:
    cost = cost_of("gpt-image-1", usage)
    assert cost is None or cost > 0


@pytest.mark.parametrize(
    ("model", "size", "quality", "listed"),
    [
        ("gpt-image-1", "1024x1024", "low", 0.011),
        ("gpt-image-1", "1024x1536", "high", 0.25),
        ("gpt-image-1.5", "1536x1024", "medium", 0.05),
        ("gpt-image-2", "1024x1024", "high", 0.211),
        ("gpt-image-2", "1536x1024", "high", 0.165),
        ("gpt-image-2.5-flare", "1024x1024", "high", 0.05268),
    ],
)
def test_an_estimate_holds_the_listed_price(model: str, size: str, quality: str, listed: float) -> None:
    estimate = estimate_image(model, size, quality)
    assert estimate is not None
    low, high = estimate
    assert low - 0.0005 <= listed <= high
    assert high < low + 0.01


PER_PICTURE = re.compile(r"(?:fal_ai/)?(\w+)/(\d+)-x-(\d+)/(?:openai/)?(gpt-image-[\w.]+)(?:/(\w+)/text-to-image)?")


def test_estimates_agree_with_every_price_per_picture_of_the_map(price_map: dict[str, Any]) -> None:
    compared = 0
    for name, entry in price_map.items():
        if match := PER_PICTURE.fullmatch(name):
            quality, width, height, family, variant = match.groups()
            model = f"{family}-{variant}" if variant else family
            estimate = estimate_image(model, f"{width}x{height}", quality)
            listed = entry.get("output_cost_per_image") or entry.get("input_cost_per_image")
            if estimate and listed:
                compared += 1
                assert estimate[0] - 0.001 <= listed <= estimate[1], name
    assert compared > 30


def test_auto_spans_all_it_may_choose() -> None:
    whole = estimate_image("gpt-image-1", "auto", "auto")
    least = estimate_image("gpt-image-1", "1024x1024", "low")
    most = estimate_image("gpt-image-1", "1024x1536", "high")
    assert least
    assert most
    assert whole == (least[0], most[1])


@pytest.mark.parametrize(("size", "quality"), [("9x", "low"), ("1024x1024", "splendid"), ("", ""), ("1x1", "low")])
def test_a_size_or_quality_nobody_knows_has_no_estimate(size: str, quality: str) -> None:
    assert estimate_image("gpt-image-1", size, quality) is None


def test_reading_prices_imports_nothing_heavy() -> None:
    script = (
        "import sys; from nodebuilder.providers.prices import image_models; assert image_models();"
        "print(sorted({'litellm', 'openai', 'PIL', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_litellm_the_models_can_still_be_chosen_but_have_no_price() -> None:
    script = (
        "import importlib.util as u; u.find_spec = lambda name: None;"
        "from nodebuilder.providers.prices import image_models, estimate_image, retirement;"
        "m = 'gpt-image-1';print([i.name for i in image_models()], estimate_image(m, 'auto', 'low'), retirement(m))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "'gpt-image-1'" in done.stdout
    assert done.stdout.strip().endswith("None None")
