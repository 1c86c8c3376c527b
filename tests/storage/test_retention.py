from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import update

from nodebuilder.events import OutputSent
from nodebuilder.settings import Settings
from nodebuilder.storage.store import Store
from nodebuilder.storage.tables import assets
from nodebuilder.values import Asset


@pytest.fixture
async def opened(make_settings: Callable[..., Settings]) -> AsyncIterator[Callable[..., Awaitable[Store]]]:
    stores: list[Store] = []

    async def open_with(**settings: object) -> Store:
        stores.append(await Store.open(make_settings(**settings), exclusive=False))
        return stores[-1]

    yield open_with
    for store in stores:
        await store.close()


async def aged(store: Store, days: float, size: int = 10, run_id: str | None = None) -> Asset:
    """Keep a file as if it had been made some days ago."""
    asset = await store.assets.save(b"x" * size, prefix="file", about={"run_id": run_id} if run_id else {})
    moment = time.time() - days * 86_400
    await store.database.execute(update(assets).where(assets.c.filename == asset.filename).values(created_at=moment))
    return asset


def left(store: Store) -> set[str]:
    return {path.name for path in store.assets.folder.iterdir()}


async def test_by_default_nothing_is_ever_deleted(opened: Callable[..., Awaitable[Store]]) -> None:
    store = await opened()
    old = await aged(store, 10_000)
    report = await store.retention.prune(ending=True)

    assert (report.files, report.in_use) == ([], [])
    assert left(store) == {old.filename}


async def test_by_age_the_older_files_go_and_that_is_logged(
    opened: Callable[..., Awaitable[Store]], caplog: pytest.LogCaptureFixture
) -> None:
    store = await opened(retention="max_age", retention_max_age_days=7)
    old, young = await aged(store, 8), await aged(store, 6)
    with caplog.at_level(logging.INFO):
        report = await store.retention.prune()

    assert [file.filename for file in report.files] == [old.filename]
    assert report.size == 10
    assert left(store) == {young.filename}
    assert f"Retention (max_age) deleted {old.filename} (10 bytes)" in caplog.text


async def test_a_dry_run_deletes_nothing_and_says_what_it_would(opened: Callable[..., Awaitable[Store]]) -> None:
    store = await opened(retention="max_age", retention_max_age_days=7)
    old = await aged(store, 8)
    report = await store.retention.prune(dry_run=True)

    assert (report.dry_run, [file.filename for file in report.files]) == (True, [old.filename])
    assert left(store) == {old.filename}
    assert (await store.assets.list()).count == 1


async def test_by_size_the_oldest_files_go_until_the_rest_fits(opened: Callable[..., Awaitable[Store]]) -> None:
    store = await opened(retention="max_bytes", retention_max_bytes=100)
    files = [await aged(store, days, 40) for days in (5, 4, 3, 2)]
    report = await store.retention.prune()

    assert [file.filename for file in report.files] == [files[0].filename, files[1].filename]
    assert left(store) == {files[2].filename, files[3].filename}
    assert (await store.retention.prune()).files == []


async def test_by_session_the_files_of_earlier_sessions_go_and_at_the_end_all(
    opened: Callable[..., Awaitable[Store]],
) -> None:
    store = await opened(retention="session")
    earlier, now = await aged(store, 1), await aged(store, -1)
    report = await store.retention.prune()
    assert [file.filename for file in report.files] == [earlier.filename]
    assert left(store) == {now.filename}
    await store.retention.prune(ending=True)

    assert left(store) == set()


async def test_a_server_that_ends_deletes_the_files_of_its_session(make_settings: Callable[..., Settings]) -> None:
    for retention, remaining in (("session", 0), ("keep", 1)):
        store = await Store.open(make_settings(retention=retention), exclusive=True)
        await store.assets.save(b"x", prefix="file", about={})
        await store.close()
        assert len(left(store)) == remaining


async def test_files_in_use_are_spared_and_named(opened: Callable[..., Awaitable[Store]]) -> None:
    store = await opened(retention="max_age", retention_max_age_days=7)
    made = await aged(store, 8, run_id="running")
    told = await aged(store, 8)
    given = await aged(store, 8)
    saved = await aged(store, 8)
    done = await aged(store, 8, run_id="over")
    former = await aged(store, 8)
    await store.history.begin("running", document=f'{{"a": "{given.url}"}}', name="")
    store.history.events.record(OutputSent(1, "running", 1.0, "n", 1, {"image": told}))
    await store.history.begin("over", document=f'{{"a": "{done.url}"}}', name="")
    await store.history.interrupt(["over"])
    await store.workflows.put("lion", f'{{"a": "{former.filename}"}}', name="x")
    await store.workflows.put("lion", f'{{"a": "{saved.filename}"}}', name="x")
    report = await store.retention.prune()

    assert {file.filename for file in report.in_use} == {made.filename, told.filename, given.filename, saved.filename}
    assert {file.filename for file in report.files} == {done.filename, former.filename}
    assert left(store) == {made.filename, told.filename, given.filename, saved.filename}


async def test_a_file_that_cannot_be_deleted_does_not_stop_the_others(
    opened: Callable[..., Awaitable[Store]], caplog: pytest.LogCaptureFixture
) -> None:
    store = await opened(retention="max_age", retention_max_age_days=7)
    gone, old = await aged(store, 9), await aged(store, 8)
    (store.assets.folder / gone.filename).unlink()
    report = await store.retention.prune()

    assert [file.filename for file in report.files] == [old.filename]
    assert f"could not delete {gone.filename}" in caplog.text
