"""Fixtures that several parts of the tests share."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.workbench import Bench, open_bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """A runner over a store in a temporary folder, without any key or provider."""
    async with open_bench(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_log_handler_is_left_behind() -> Iterator[None]:
    """Take away the handlers that a command of a test put on the root logger: their streams are closed after it."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for handler in list(root.handlers):
        if handler not in before and type(handler) is logging.StreamHandler:
            root.removeHandler(handler)


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep keys and settings of the machine away from the tests."""
    for name in (
        "OPENAI_API_KEY",
        "OPENWEATHERMAP_API_KEY",
        "NODEBUILDER_DATA_DIR",
        "NODEBUILDER_TOKEN",
        "NODEBUILDER_OPENAI_BASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)
