"""Everything that is special to SQLite: pragmas, transactions, damage, and what its errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from nodebuilder.errors import StorageError
from nodebuilder.storage.files import private_folder

BUSY_MILLISECONDS: Final = 15_000
CHECK_ALWAYS_BELOW: Final = 4 * 1024 * 1024
CHECK_AFTER_CRASH_BELOW: Final = 256 * 1024 * 1024
WRITES: Final = "nodebuilder_writes"
"""Execution option of a connection whose transactions write."""
_HEADER: Final = b"SQLite format 3\0"
_PRAGMAS: Final = (
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)


def prepare(engine: AsyncEngine) -> None:
    """Set up every connection of an engine: WAL, full durability, deleted bytes overwritten, writers queue at BEGIN."""

    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine.sync_engine, "connect", connect)
    event.listen(engine.sync_engine, "begin", begin)


def check(path: Path, *, expected: Callable[[], bool]) -> None:
    """Look for damage before a database file is used (blocks); `expected` says whether there must be data in it.

    Small files, and those whose last user did not close them, are read in full; for others the header must do.

    Raises:
        StorageError: the file is damaged (code `database_damaged`); a copy was put into `quarantine/`.
    """
    if not path.exists():
        return
    size = path.stat().st_size
    crashed = path.with_name(path.name + "-wal").exists()
    if size == 0:
        if not crashed and expected():
            raise _damaged(path, "it is empty, though there are files of earlier runs")
        return
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise _damaged(path, "it does not begin like a database")
    if size < (CHECK_AFTER_CRASH_BELOW if crashed else CHECK_ALWAYS_BELOW):
        _quick_check(path)


def _quick_check(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000)) as connection:
            finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise explain(error) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(path, str(error)) from error
    if finding != "ok":
        raise _damaged(path, str(finding).splitlines()[-1])


def _damaged(path: Path, reason: str) -> StorageError:
    copy = _quarantine(path)
    where = f"a copy is in {copy}" if copy else "no copy could be made"
    return StorageError(
        f"The database {path} is damaged ({reason.rstrip('.')}); {where}.",
        "Put a backup in its place, or move it away to begin with an empty history; pictures are not affected.",
        code="database_damaged",
    )


def _quarantine(path: Path) -> Path | None:
    """Copy a damaged database and its log aside, once for each state of the file."""
    try:
        folder = private_folder(path.parent / "quarantine")
        target = folder / f"{path.stem}-{path.stat().st_mtime_ns}{path.suffix}"
        for ending in ("", "-wal"):
            source, copy = path.with_name(path.name + ending), target.with_name(target.name + ending)
            if source.exists() and not copy.exists():
                copy.write_bytes(source.read_bytes())
    except OSError:
        return None
    return target


def explain(error: Exception) -> StorageError:
    """Return what an error of the database means for the person."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = str(cause)
    if "full" in text:
        return StorageError(
            "The database cannot be written: the disk is full.", "Free some space and try again.", code="disk_full"
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return StorageError(
            f"The database cannot be written ({text}).",
            "Make the data folder writable and try again.",
            code="read_only",
        )
    if "malformed" in text or "not a database" in text:
        return StorageError(
            f"The database is damaged ({text}).",
            "Restart the program: it then sets a copy aside.",
            code="database_damaged",
        )
    if "locked" in text or "busy" in text:
        return StorageError(
            "The database is busy with another program.", "Try again in a moment.", code="database_busy"
        )
    return StorageError(f"The database refused: {text}.", "Try again; if it stays, report it with this sentence.")
