"""What the provider tests share: the stand-in, and a client of it that keeps and counts like a receipt does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from nodebuilder.providers.images import ImageRequest
from nodebuilder.providers.litellm_images import LitellmImages
from nodebuilder.settings import Settings
from nodebuilder.values import Secret
from tests.standin import StandIn

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

KEY = "sk-test-only-Zq81Lm20Vx77"


@dataclass
class Desk:
    """Calls an image model and remembers what it kept, what it said of waiting, and how long it slept."""

    model: LitellmImages
    kept: list[bytes] = field(default_factory=list)
    delays: list[tuple[float, str]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    async def keep(self, raw: bytes) -> None:
        self.kept.append(raw)

    async def call(self, prompt: str, key: Secret | None = None, **wanted: Any) -> bytes:
        request = ImageRequest(**{"model": "gpt-image-2", "prompt": prompt, **wanted})
        return await self.model.generate(
            request,
            Secret(KEY, "given") if key is None else key,
            keep=self.keep,
            delayed=lambda seconds, reason: self.delays.append((seconds, reason)),
        )


@pytest.fixture
async def openai() -> AsyncIterator[StandIn]:
    async with StandIn() as server:
        yield server


@pytest.fixture
def new_desk() -> Callable[..., Desk]:
    def make(url: str | None, sandbox_url: str | None = None, **options: Any) -> Desk:
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        model = LitellmImages(Settings(openai_base_url=url, **options), sandbox_url, sleep=sleep)
        return Desk(model, slept=slept)

    return make


@pytest.fixture
def desk(openai: StandIn, new_desk: Callable[..., Desk]) -> Desk:
    return new_desk(openai.url)
