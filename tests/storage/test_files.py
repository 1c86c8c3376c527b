from __future__ import annotations

import errno
import os
from itertools import chain, repeat
from pathlib import Path

import pytest

from nodebuilder.storage import files


def test_a_private_folder_can_be_entered_by_its_owner_only(tmp_path: Path) -> None:
    folder = files.private_folder(tmp_path / "a")

    assert folder.stat().st_mode & 0o777 == 0o700
    assert files.private_folder(folder) == folder


def test_a_durable_write_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "x"
    files.write_durably(path, b"first")

    with pytest.raises(FileExistsError):
        files.write_durably(path, b"second")
    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o600


def test_replacing_leaves_the_new_bytes_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x"
    files.replace(path, b"first")
    files.replace(path, b"second")

    assert path.read_bytes() == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_failed_replacing_leaves_the_old_bytes_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.mkdir()
    (path / "inside").touch()

    with pytest.raises(IsADirectoryError):
        files.replace(path, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_moving_in_takes_the_first_free_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    part = files.part_path(tmp_path)
    files.write_durably(part, b"new")
    names = chain(repeat("a", 3), ["b"])

    assert files.move_in(part, tmp_path, lambda: next(names)) == tmp_path / "b"
    assert (tmp_path / "a").read_bytes() == b"old"
    assert (tmp_path / "b").read_bytes() == b"new"
    assert not part.exists()


def test_moving_in_what_is_gone_leaves_no_reserved_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.move_in(tmp_path / "gone", tmp_path, lambda: "a")

    assert not list(tmp_path.iterdir())


def test_files_in_the_making_are_hidden_and_distinct(tmp_path: Path) -> None:
    names = {files.part_path(tmp_path).name for _ in range(100)}

    assert len(names) == 100
    assert all(name.startswith(".") and name.endswith(files.PART_SUFFIX) for name in names)


def test_free_space_is_known(tmp_path: Path) -> None:
    assert files.free_bytes(tmp_path) > 0


@pytest.mark.parametrize(
    ("number", "words", "code"),
    [
        (errno.ENOSPC, "the disk is full", "disk_full"),
        (errno.EDQUOT, "the disk is full", "disk_full"),
        (errno.EFBIG, "the disk is full", "disk_full"),
        (errno.EROFS, "the disk is read-only", "read_only"),
        (errno.EACCES, "the folder may not be written", "read_only"),
        (errno.ENOENT, "the folder is gone", "storage"),
        (errno.EIO, os.strerror(errno.EIO), "storage"),
    ],
)
def test_system_errors_are_said_in_words(number: int, words: str, code: str) -> None:
    error = OSError(number, os.strerror(number))

    assert (files.trouble(error), files.trouble_code(error)) == (words, code)


def test_a_full_device_is_recognised_for_real() -> None:
    with pytest.raises(OSError, match="No space left") as caught, Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")

    assert files.trouble(caught.value) == "the disk is full"
