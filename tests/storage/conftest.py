from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from nodebuilder.settings import Settings, load_settings
from nodebuilder.storage.database import Database
from nodebuilder.storage.store import Store

SCENES = Path(__file__).parent / "scenes"


@pytest.fixture(autouse=True)
def no_keys_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.startswith("NODEBUILDER_") or variable.endswith("_API_KEY"):
            monkeypatch.delenv(variable)


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    def make(**overrides: object) -> Settings:
        given: dict[str, object] = {"data_dir": tmp_path / "data", "key_file": tmp_path / "config" / "secret.key"}
        return load_settings(**(given | overrides))

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = await Database.open(settings)
    yield database
    await database.close()


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    store = await Store.open(settings, exclusive=False)
    yield store
    await store.close()


@pytest.fixture
def picture() -> Callable[..., bytes]:
    def draw(
        width: int = 40, height: int = 30, kind: str = "PNG", colour: str = "teal", mode: str = "RGB", **options: object
    ) -> bytes:
        out = io.BytesIO()
        Image.new(mode, (width, height), colour if mode in ("RGB", "RGBA") else 0).save(out, kind, **options)
        return out.getvalue()

    return draw


@pytest.fixture
def eventually() -> Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]:
    """Wait until something that happens in the background has happened."""

    async def wait(happened: Callable[[], Awaitable[bool]]) -> None:
        for _ in range(2000):
            if await happened():
                return
            await asyncio.sleep(0.01)
        pytest.fail("it did not happen within 20 seconds")

    return wait


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script of `scenes/` in a process of its own."""

    def run(scene: str, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path.parent / "pyc"), "TMPDIR": str(tmp_path)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [*before, sys.executable, str(SCENES / scene), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=110, check=False, env=environment)

    return run
