"""The database: opened with the newest schema, read and written through a few small verbs."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Executable, Row, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from nodebuilder.errors import StorageError
from nodebuilder.settings import Settings
from nodebuilder.storage import sqlite
from nodebuilder.storage.background import Background
from nodebuilder.storage.files import private_folder, trouble, trouble_code
from nodebuilder.storage.lock import FileLock
from nodebuilder.storage.tables import REVISIONS, alembic_version, metadata

T = TypeVar("T")
FILENAME: Final = "nodebuilder.db"
_ASYNC_DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class Database:
    """An open database; a change is durable when its method returns, and finished even if the caller is cancelled."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{sqlite.WRITES: True})
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._turn = asyncio.Lock()
        self._background = Background()

    @classmethod
    async def open(cls, settings: Settings) -> Database:
        """Open the database of these settings, creating it or bringing its schema up to date first.

        Raises:
            StorageError: the data folder cannot be written, the database is damaged (a copy is put into `quarantine/`),
                or a newer version of the program wrote it.
        """
        url = database_url(settings)
        guard = await asyncio.to_thread(_enter, settings.data_dir)
        try:
            if url.get_backend_name() == "sqlite" and url.database:
                expected = partial(_has_files, settings.data_dir)
                await asyncio.to_thread(sqlite.check, Path(url.database), expected=expected)
                await asyncio.to_thread(_make_private, Path(url.database))
            database = cls(_engine(url))
            try:
                await database._bring_up_to_date(url)
            except BaseException:
                await database.close()
                raise
        finally:
            guard.release()
        return database

    async def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        """Return all rows of a select."""

        async def work(connection: AsyncConnection) -> Sequence[Row[Any]]:
            return (await connection.execute(statement)).all()

        return await self.read(work)

    async def row(self, statement: Executable) -> Row[Any] | None:
        """Return the first row of a select, or None."""

        async def work(connection: AsyncConnection) -> Row[Any] | None:
            return (await connection.execute(statement)).first()

        return await self.read(work)

    async def execute(self, statement: Executable) -> int:
        """Carry out one change and return how many rows it touched."""

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement)).rowcount

        return await self.write(work)

    async def read(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Let `work` read in one transaction: it sees one state of the data.

        A read whose caller goes away ends by itself: a connection that is cut short in the middle is lost.
        """
        return await self.finish(self._look(work))

    async def _look(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        try:
            async with self._engine.connect() as connection:
                return await work(connection)
        except DBAPIError as error:
            raise sqlite.explain(error) from error

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Let `work` change things in one transaction: all of it is kept, or nothing.

        Raises:
            IntegrityError: a row with this key is there already.
            StorageError: the database cannot be written.
        """
        return await self.finish(self._transact(work))

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of other work that must be finished even if the caller is cancelled."""
        return await self._background.finish(work)

    async def scrub(self) -> None:
        """Remove traces of what was deleted from the log of the database, too."""
        if not self._is_sqlite:
            return
        async with self._turn, self._engine.connect() as connection:
            options = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await options.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """Finish what is being written and close all connections."""
        await self._background.drain()
        await self._engine.dispose()

    async def _transact(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        try:
            if not self._is_sqlite:
                async with self._engine.begin() as connection:
                    return await work(connection)
            async with self._turn, self._writing.begin() as connection:
                return await work(connection)
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise sqlite.explain(error) from error

    async def _bring_up_to_date(self, url: URL) -> None:
        revision = await self._revision()
        if revision == REVISIONS[-1]:
            return
        if revision is None:
            await self.write(_create)
        elif revision in REVISIONS:
            # Alembic costs 0.2 s to import, and hardly any start needs it.
            module = importlib.import_module("nodebuilder.storage.upgrade")
            await asyncio.to_thread(module.upgrade, url.render_as_string(hide_password=False))
        else:
            raise StorageError(
                f"The database was written by a newer version of the program (schema {revision}).",
                "Update the program, or choose another folder with --data-dir.",
                code="newer_schema",
            )

    async def _revision(self) -> str | None:
        async def work(connection: AsyncConnection) -> str | None:
            if not await connection.run_sync(_has_revision):
                return None
            return (await connection.execute(select(alembic_version.c.version_num))).scalar()

        return await self.read(work)


def database_url(settings: Settings) -> URL:
    """Return the address of the database with the asynchronous driver that belongs to it."""
    if settings.database_url is None:
        return URL.create("sqlite+aiosqlite", database=str(settings.data_dir / FILENAME))
    try:
        url = make_url(settings.database_url)
    except ArgumentError as error:
        raise StorageError(
            "NODEBUILDER_DATABASE_URL is not a database address.",
            "Write it like postgresql://user:password@host/name, or unset it.",
            code="bad_database_url",
        ) from error
    return url.set(drivername=_ASYNC_DRIVERS.get(url.drivername, url.drivername))


def _engine(url: URL) -> AsyncEngine:
    try:
        engine = create_async_engine(url)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StorageError(
            f"There is no driver for {url.get_backend_name()} databases here.",
            "Install it (for PostgreSQL: asyncpg), or unset NODEBUILDER_DATABASE_URL.",
            code="bad_database_url",
        ) from error
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine)
    return engine


def _enter(data_dir: Path) -> FileLock:
    """Create the data folder and wait for others that are opening its database."""
    guard = FileLock(data_dir / "opening.lock")
    try:
        private_folder(data_dir)
        ready = guard.acquire(30)
    except OSError as error:
        raise StorageError(
            f"The data folder {data_dir} cannot be used: {trouble(error)}.",
            "Choose another folder with --data-dir, or make this one writable.",
            code=trouble_code(error),
        ) from error
    if not ready:
        raise StorageError(
            "Another program has been opening the database for 30 seconds.", "Try again.", code="database_busy"
        )
    return guard


def _make_private(path: Path) -> None:
    """Make a new database file readable by its owner only; SQLite gives the files beside it the same mode."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise StorageError(
            f"The database {path} cannot be made: {trouble(error)}.",
            "Choose another folder with --data-dir, or make this one writable.",
            code=trouble_code(error),
        ) from error


def _has_files(data_dir: Path) -> bool:
    return any(next((data_dir / name).glob("[!.]*"), None) for name in ("servable", "receipts"))


def _has_revision(connection: Connection) -> bool:
    return inspect(connection).has_table(alembic_version.name)


async def _create(connection: AsyncConnection) -> None:
    await connection.run_sync(metadata.create_all)
    await connection.run_sync(alembic_version.create)
    await connection.execute(alembic_version.insert().values(version_num=REVISIONS[-1]))
