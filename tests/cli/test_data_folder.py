from __future__ import annotations

import time
from pathlib import Path

import pytest

from nodebuilder.cli.data_folder import ask, size, when
from nodebuilder.storage.store import Store
from tests.terminal import Terminal


def test_the_folder_is_opened_asked_and_closed(terminal: Terminal, tmp_path: Path) -> None:
    async def names(store: Store) -> list[str]:
        return [secret.name for secret in await store.secrets.names()]

    assert ask(names, tmp_path / "elsewhere") == []
    assert (tmp_path / "elsewhere").is_dir()
    assert not terminal.data.exists()


def test_the_folder_is_closed_when_the_work_fails(tmp_path: Path, terminal: Terminal) -> None:
    async def fail(_store: Store) -> None:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            ask(fail, tmp_path / "data")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2_500_000, "2.5 MB"), (7e12, "7000.0 GB")],
)
def test_sizes_are_said_as_a_person_reads_them(count: float, text: str) -> None:
    assert size(count) == text


def test_a_time_is_local_and_none_is_a_dash() -> None:
    at = time.mktime((2026, 3, 4, 5, 6, 0, 0, 0, -1))
    assert when(at) == "2026-03-04 05:06"
    assert when(None) == "-"
