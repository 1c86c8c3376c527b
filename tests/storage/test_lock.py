from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodebuilder.errors import StorageError
from nodebuilder.storage.lock import FileLock, ServerLock, Session

SCENE = Path(__file__).parent / "scenes" / "hold_lock.py"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([sys.executable, str(SCENE), str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_lock_is_held_once_and_can_be_had_again(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "l"), FileLock(tmp_path / "l")

    assert first.try_acquire("me")
    assert not second.try_acquire("you")
    assert (tmp_path / "l").read_text() == "me"
    first.release()
    assert second.acquire(0)
    second.release(remove=True)
    assert not (tmp_path / "l").exists()


def test_waiting_for_a_lock_ends(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "l")
    first.try_acquire()

    assert not FileLock(tmp_path / "l").acquire(0.05)


def test_a_lock_that_is_not_held_is_neither_written_nor_released(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "l")
    lock.write("x")
    lock.release()

    assert not (tmp_path / "l").exists()


def test_the_second_server_is_told_who_is_first(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    said(other)

    with pytest.raises(StorageError) as caught:
        ServerLock(tmp_path).acquire("http://localhost:9000")
    assert caught.value.code == "in_use"
    assert f"process id {other.pid} at http://localhost:8123" in caught.value.message
    assert "--data-dir" in caught.value.remedy


def test_a_killed_server_leaves_its_folder_free(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    session = said(other)
    mine = Session(tmp_path)
    assert mine.is_alive(session)
    other.kill()
    other.wait()

    lock = ServerLock(tmp_path)
    lock.acquire("http://localhost:9000")
    mine.sweep()
    assert [path.name for path in (tmp_path / "sessions").iterdir()] == [mine.id]
    assert not mine.is_alive(session)
    lock.release()


def test_the_address_can_be_told_later_and_is_wiped_at_the_end(tmp_path: Path) -> None:
    lock = ServerLock(tmp_path)
    lock.acquire("")
    with pytest.raises(StorageError, match="at an address not known yet"):
        ServerLock(tmp_path).acquire("")
    lock.announce("http://localhost:8765")
    with pytest.raises(StorageError, match=f"process id {os.getpid()} at http://localhost:8765"):
        ServerLock(tmp_path).acquire("")
    lock.release()

    assert (tmp_path / "lock").read_text() == ""


def test_a_holder_that_left_nonsense_is_still_a_holder(tmp_path: Path) -> None:
    held = FileLock(tmp_path / "lock")
    held.try_acquire("not json")

    with pytest.raises(StorageError, match="in use by another server"):
        ServerLock(tmp_path).acquire("")


def test_the_address_of_the_server_is_known_as_long_as_it_lives(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    said(other)
    assert ServerLock(tmp_path).server_url() == "http://localhost:8123"
    other.kill()
    other.wait()
    assert ServerLock(tmp_path).server_url() == ""
    assert ServerLock(tmp_path / "none").server_url() == ""
    ServerLock(tmp_path).acquire("")


def test_a_folder_that_is_not_there_cannot_be_claimed(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="the folder is gone"):
        ServerLock(tmp_path / "none").acquire("")


def test_a_session_is_alive_until_it_ends(tmp_path: Path) -> None:
    first, second = Session(tmp_path), Session(tmp_path)

    assert first.is_alive(first.id)
    assert second.is_alive(first.id)
    assert not second.is_alive("unknown")
    assert not second.is_alive("")
    first.end()
    assert not second.is_alive(first.id)
    assert [path.name for path in (tmp_path / "sessions").iterdir()] == [second.id]
