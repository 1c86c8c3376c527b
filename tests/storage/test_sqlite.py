from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from nodebuilder.errors import StorageError
from nodebuilder.storage import sqlite


def never() -> bool:
    return False


def database(path: Path, rows: int = 1) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE t (x)")
        connection.executemany("INSERT INTO t VALUES (zeroblob(500))", [()] * rows)
    return path


def test_a_sound_database_passes(tmp_path: Path) -> None:
    sqlite.check(database(tmp_path / "x.db"), expected=never)


def test_a_missing_database_passes(tmp_path: Path) -> None:
    sqlite.check(tmp_path / "none.db", expected=lambda: True)


def test_the_log_of_a_damaged_database_is_copied_with_it(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"nonsense")
    (tmp_path / "x.db-wal").write_bytes(b"log")

    with pytest.raises(StorageError):
        sqlite.check(path, expected=never)
    assert {copy.read_bytes() for copy in (tmp_path / "quarantine").iterdir()} == {b"nonsense", b"log"}


def test_a_copy_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"nonsense")
    (tmp_path / "quarantine").touch()

    with pytest.raises(StorageError, match="no copy could be made"):
        sqlite.check(path, expected=never)


def test_a_large_database_is_read_in_full_only_after_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = database(tmp_path / "x.db", rows=200)
    data = bytearray(path.read_bytes())
    data[-8192:] = b"\xff" * 8192
    path.write_bytes(data)
    monkeypatch.setattr(sqlite, "CHECK_ALWAYS_BELOW", 1024)

    sqlite.check(path, expected=never)
    (tmp_path / "x.db-wal").touch()
    with pytest.raises(StorageError, match="is damaged"):
        sqlite.check(path, expected=never)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("database or disk is full", "disk_full"),
        ("attempt to write a readonly database", "read_only"),
        ("unable to open database file", "read_only"),
        ("database disk image is malformed", "database_damaged"),
        ("file is not a database", "database_damaged"),
        ("database is locked", "database_busy"),
        ("no such table: x", "storage"),
    ],
)
def test_errors_of_the_database_are_said_in_words(said: str, code: str) -> None:
    plain = sqlite.explain(sqlite3.OperationalError(said))
    wrapped = sqlite.explain(OperationalError("SELECT 1", {}, sqlite3.OperationalError(said)))

    assert plain.code == wrapped.code == code
    assert plain.message == wrapped.message
    assert plain.message.endswith(".")
    assert plain.remedy
