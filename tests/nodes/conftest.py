"""What the tests of several nodes call."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.standin import StandIn


@pytest.fixture
async def openai() -> AsyncIterator[StandIn]:
    """A stand-in for OpenAI on loopback that counts its requests."""
    async with StandIn() as server:
        yield server
