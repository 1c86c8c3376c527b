from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from nodebuilder.engine.store import Assets, Keys, Ledger
from nodebuilder.errors import StorageError
from nodebuilder.settings import Settings
from nodebuilder.storage import store as store_module
from nodebuilder.storage.store import Store

Eventually = Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]


async def test_one_folder_has_one_server_and_any_number_of_others(settings: Settings) -> None:
    server = await Store.open(settings, exclusive=True, url="http://localhost:8000")
    beside = [await Store.open(settings, exclusive=False) for _ in range(2)]
    with pytest.raises(StorageError, match=f"process id {os.getpid()} at http://localhost:8000"):
        await Store.open(settings, exclusive=True)
    server.announce("http://localhost:9999")
    with pytest.raises(StorageError, match="at http://localhost:9999"):
        await Store.open(settings, exclusive=True)
    beside[0].announce("http://ignored")
    await beside[0].assets.save(b"x", prefix="x", about={})
    assert (await server.assets.list()).count == 1
    for store in (*beside, server):
        await store.close()
    again = await Store.open(settings, exclusive=True)
    await again.close()


async def test_the_parts_are_what_the_engine_asks_for(store: Store) -> None:
    ledger: Ledger = store.ledger
    assets: Assets = store.assets
    keys: Keys = store.secrets

    assert all((ledger, assets, keys))


async def test_a_folder_that_cannot_be_opened_is_left_free(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "nodebuilder.db").write_bytes(b"no database")
    for _ in range(2):
        with pytest.raises(StorageError) as caught:
            await Store.open(settings, exclusive=True)
        assert caught.value.code == "database_damaged"
    (settings.data_dir / "nodebuilder.db").unlink()
    await (await Store.open(settings, exclusive=True)).close()


@pytest.mark.parametrize("exclusive", [True, False])
async def test_a_folder_that_cannot_be_made_is_named(
    make_settings: Callable[..., Settings], tmp_path: Path, exclusive: bool
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match=r"The data folder .* cannot be used") as caught:
        await Store.open(make_settings(data_dir=tmp_path / "file" / "data"), exclusive=exclusive)
    assert "--data-dir" in caught.value.remedy


async def test_a_key_file_in_the_data_folder_is_refused_before_anything_is_made(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    with pytest.raises(StorageError, match="inside the data folder"):
        await Store.open(make_settings(key_file=tmp_path / "data" / "key"), exclusive=True)
    assert not (tmp_path / "data").exists()


async def test_a_server_looks_after_its_folder(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, picture: Callable[..., bytes], eventually: Eventually
) -> None:
    monkeypatch.setattr(store_module, "RETRY_SPILLED_SECONDS", 0.02)
    (settings.data_dir / "servable").mkdir(parents=True)
    (settings.data_dir / "servable" / "mine.png").write_bytes(picture())
    server = await Store.open(settings, exclusive=True)
    server.assets._spill.put("servable", "late_00000000.png", picture(5, 5), {})

    async def both_are_listed() -> bool:
        return (await server.assets.list()).count == 2

    await eventually(both_are_listed)

    assert {record.asset.filename for record in (await server.assets.list()).files} == {"mine.png", "late_00000000.png"}
    await server.close()


async def test_a_run_in_the_terminal_gives_what_waits_its_place_too(
    settings: Settings, picture: Callable[..., bytes]
) -> None:
    first = await Store.open(settings, exclusive=False)
    first.assets._spill.put("servable", "late_00000000.png", picture(5, 5), {})
    await first.close()

    second = await Store.open(settings, exclusive=False)

    assert [record.asset.filename for record in (await second.assets.list()).files] == ["late_00000000.png"]
    assert not second.assets.spilled()
    await second.close()


async def test_upkeep_that_fails_is_tried_again(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    picture: Callable[..., bytes],
    caplog: pytest.LogCaptureFixture,
    eventually: Eventually,
) -> None:
    monkeypatch.setattr(store_module, "RETRY_SPILLED_SECONDS", 0.02)
    settings.data_dir.mkdir()
    (settings.data_dir / "servable").touch()
    server = await Store.open(settings, exclusive=True)
    with pytest.raises(StorageError, match="The picture was made"):
        await server.assets.save(picture(), prefix="x", about={})
    await asyncio.sleep(0.1)
    (settings.data_dir / "servable").unlink()

    async def nothing_waits() -> bool:
        return not server.assets.spilled()

    await eventually(nothing_waits)

    assert (await server.assets.list()).count == 1
    assert "Looking after the data folder" in caplog.text
    await server.close()


async def test_closing_leaves_nothing_open(settings: Settings) -> None:
    before = set(asyncio.all_tasks())
    store = await Store.open(settings, exclusive=True)
    await store.close()

    assert set(asyncio.all_tasks()) == before
    assert not list(settings.data_dir.glob("nodebuilder.db-*"))
    assert not list((settings.data_dir / "sessions").iterdir())


async def test_everything_is_readable_by_its_owner_only(settings: Settings, picture: Callable[..., bytes]) -> None:
    store = await Store.open(settings, exclusive=True)
    await store.secrets.set("openai", "a-secret-value")
    await store.assets.save(picture(), prefix="x", about={})
    paths = [settings.data_dir, *settings.data_dir.iterdir(), *store.assets.folder.iterdir(), settings.secret_key_path]

    for path in paths:
        assert not path.stat().st_mode & 0o077, path
    await store.close()


def imported_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_opening_a_store_imports_nothing_that_only_some_need() -> None:
    assert imported_by("nodebuilder.storage.store") & {"alembic", "keyring", "litellm", "structlog"} == set()


def test_the_redactor_can_be_had_without_the_database() -> None:
    assert imported_by("nodebuilder.redaction") & {"sqlalchemy", "PIL", "structlog", "pydantic"} == set()
