"""One server for all tests that leave it as it was, one with a token, and single ones for those that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.serving import Server, start

TOKEN = "a-token-of-the-tests-0123456789"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start(tmp_path_factory.mktemp("server"), sandbox="true")
    yield started
    started.stop()
    log = started.log()
    for trace in ("Traceback", "never retrieved", "never awaited", "Unclosed"):
        assert trace not in log, log[-4000:]


@pytest.fixture(scope="session")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that wants a token."""
    started = start(tmp_path_factory.mktemp("locked"), token=TOKEN, sandbox="true")
    yield started
    started.stop()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers that this test may break; `folder` says where they keep things."""
    running: list[Server] = []

    def serve(folder: Path | None = None, **settings: str) -> Server:
        running.append(start(folder or tmp_path, **settings))
        return running[-1]

    yield serve
    for each in running:
        each.process.kill()
        each.process.wait()
