from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Insert, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.errors import StorageError
from nodebuilder.settings import Settings
from nodebuilder.storage.database import Database, database_url
from nodebuilder.storage.tables import preferences


def insert(key: str) -> Insert:
    return preferences.insert().values(key=key, value="1", updated_at=0.0)


async def count(database: Database) -> int:
    row = await database.row(select(func.count()).select_from(preferences))
    assert row is not None
    return int(row[0])


async def test_the_data_folder_is_made_for_its_owner_only(database: Database, settings: Settings) -> None:
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700
    assert (settings.data_dir / "nodebuilder.db").exists()


async def test_connections_are_durable_and_careful(database: Database) -> None:
    async def pragmas(connection: AsyncConnection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return [(await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in names]

    assert await database.read(pragmas) == ["wal", 2, 1, 1]


async def test_what_was_written_is_there_after_opening_again(settings: Settings) -> None:
    database = await Database.open(settings)
    assert await database.execute(insert("a")) == 1
    await database.close()
    again = await Database.open(settings)

    assert await count(again) == 1
    await again.close()


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(insert("a"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write(work)
    assert await count(database) == 0


async def test_a_key_that_is_taken_is_an_integrity_error(database: Database) -> None:
    await database.execute(insert("a"))

    with pytest.raises(IntegrityError):
        await database.execute(insert("a"))


async def test_a_cancelled_caller_does_not_cut_a_write_short(settings: Settings) -> None:
    database = await Database.open(settings)
    tasks = [asyncio.create_task(database.execute(insert(str(n)))) for n in range(20)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.close()
    again = await Database.open(settings)

    assert await count(again) == 20
    await again.close()


async def test_a_cancelled_caller_does_not_cut_a_read_short(settings: Settings) -> None:
    database = await Database.open(settings)
    ended: list[int] = []

    async def work(connection: AsyncConnection) -> None:
        ended.append((await connection.execute(select(func.count()).select_from(preferences))).scalar_one())

    tasks = [asyncio.create_task(database.read(work)) for _ in range(20)]
    await asyncio.sleep(0.001)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.close()
    assert ended == [0] * 20


async def test_two_processes_worth_of_writers_do_not_collide(settings: Settings) -> None:
    first, second = await asyncio.gather(Database.open(settings), Database.open(settings))
    await asyncio.gather(*(db.execute(insert(f"{n}{db is first}")) for n in range(50) for db in (first, second)))

    assert await count(first) == await count(second) == 100
    await first.close()
    await second.close()


async def test_reading_sees_one_state(database: Database) -> None:
    async def work(connection: AsyncConnection) -> tuple[int, int]:
        query = select(func.count()).select_from(preferences)
        before = (await connection.execute(query)).scalar_one()
        await database.execute(insert("a"))
        return before, (await connection.execute(query)).scalar_one()

    assert await database.read(work) == (0, 0)
    assert await count(database) == 1


async def test_deleted_bytes_are_gone_from_all_files(database: Database, settings: Settings) -> None:
    await database.execute(preferences.insert().values(key="a", value="CANARY-1234567890", updated_at=0.0))
    await database.execute(preferences.delete())
    await database.scrub()

    for path in settings.data_dir.glob("nodebuilder.db*"):
        assert b"CANARY" not in path.read_bytes()


async def test_a_query_that_cannot_be_is_a_storage_error(database: Database) -> None:
    with pytest.raises(StorageError, match="no such table"):
        await database.rows(text("SELECT * FROM nowhere"))


async def test_a_newer_schema_is_refused_and_left_alone(settings: Settings) -> None:
    await (await Database.open(settings)).close()
    path = settings.data_dir / "nodebuilder.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()

    with pytest.raises(StorageError, match="newer version of the program") as caught:
        await Database.open(settings)
    assert caught.value.code == "newer_schema"
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["text", "header", "middle", "truncated"])
async def test_a_damaged_database_is_copied_aside_and_named(settings: Settings, damage: str) -> None:
    database = await Database.open(settings)
    await asyncio.gather(*(database.execute(insert("k" * 50 + str(n))) for n in range(300)))
    await database.close()
    path = settings.data_dir / "nodebuilder.db"
    whole = path.read_bytes()
    broken = {
        "text": b"this is no database, but a letter " * 300,
        "header": b"\0" * 64 + whole[64:],
        "middle": whole[:4096] + os.urandom(len(whole) - 8192) + whole[-4096:],
        "truncated": whole[: len(whole) // 2],
    }[damage]
    path.write_bytes(broken)

    for _ in range(2):
        with pytest.raises(StorageError, match=r"is damaged .*; a copy is in .*quarantine") as caught:
            await Database.open(settings)
    copies = list((settings.data_dir / "quarantine").iterdir())

    assert caught.value.code == "database_damaged"
    assert "backup" in caught.value.remedy
    assert [copy.read_bytes() for copy in copies] == [broken]
    assert path.read_bytes() == broken


async def test_an_empty_database_beside_pictures_is_not_taken_for_a_new_one(settings: Settings) -> None:
    (settings.data_dir / "servable").mkdir(parents=True)
    (settings.data_dir / "servable" / "a_00000000.png").touch()
    (settings.data_dir / "nodebuilder.db").touch()

    with pytest.raises(StorageError, match="it is empty, though there are files of earlier runs"):
        await Database.open(settings)


async def test_an_empty_database_alone_is_a_new_one(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "nodebuilder.db").touch()
    database = await Database.open(settings)

    assert await count(database) == 0
    await database.close()


async def test_a_data_folder_that_cannot_be_made_is_named(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match=r"The data folder .* cannot be used"):
        await Database.open(make_settings(data_dir=tmp_path / "file" / "data"))


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgresql://u:p@h/n", "postgresql+asyncpg://u:***@h/n"),
        ("sqlite:////tmp/x.db", "sqlite+aiosqlite:////tmp/x.db"),
        ("sqlite+aiosqlite:////tmp/x.db", "sqlite+aiosqlite:////tmp/x.db"),
    ],
)
def test_the_asynchronous_driver_is_filled_in(make_settings: Callable[..., Settings], given: str, url: str) -> None:
    assert str(database_url(make_settings(database_url=given))) == url


@pytest.mark.parametrize("url", ["nonsense", "nosuch://host/db"])
async def test_an_address_that_cannot_be_used_is_refused(make_settings: Callable[..., Settings], url: str) -> None:
    with pytest.raises(StorageError) as caught:
        await Database.open(make_settings(database_url=url))
    assert caught.value.code == "bad_database_url"


async def test_a_database_elsewhere_is_used(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    database = await Database.open(make_settings(database_url=f"sqlite:///{tmp_path}/other.db"))
    await database.close()

    assert (tmp_path / "other.db").exists()
    assert not (tmp_path / "data" / "nodebuilder.db").exists()
