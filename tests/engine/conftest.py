"""A harness for each test of the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.engine.harness import Harness


@pytest.fixture
async def harness() -> AsyncIterator[Harness]:
    made = Harness()
    yield made
    await made.runner.close()
