"""Files that are either there in full or not at all, also after a power cut."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

PART_SUFFIX: Final = ".part"
"""Ending of files that are still being written; their names begin with a dot, so they are never served."""
SPACE_ERRORS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""System errors that mean: there is no room."""


def private_folder(path: Path) -> Path:
    """Create a folder that only its owner can enter, and return it; an existing one is left as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    if sys.platform == "win32":
        return
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def part_path(folder: Path) -> Path:
    """Return a fresh name for a file that is still being written."""
    return folder / f".{secrets.token_hex(8)}{PART_SUFFIX}"


def discard(path: Path) -> None:
    """Delete a file that is no longer wanted, as far as the disk lets it."""
    with contextlib.suppress(OSError):
        path.unlink()


def write_durably(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a new file and make its bytes durable; raises `FileExistsError` when there is one."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, data: bytes) -> None:
    """Write a file whole, durably, in place of any that was there."""
    part = part_path(path.parent)
    try:
        write_durably(part, data)
        part.replace(path)
    except BaseException:
        discard(part)
        raise
    sync_folder(path.parent)


def reserve(folder: Path, name: Callable[[], str]) -> Path:
    """Take the first name that nobody has, as an empty file, and return its path."""
    while True:
        path = folder / name()
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            continue
        return path


def move_in(part: Path, folder: Path, name: Callable[[], str]) -> Path:
    """Give a finished, durable file the first free name in its folder; an existing file is never overwritten."""
    path = reserve(folder, name)
    try:
        part.replace(path)
    except BaseException:
        discard(path)
        raise
    sync_folder(folder)
    return path


def free_bytes(path: Path) -> int:
    """Return the bytes that can still be written where `path` is."""
    return shutil.disk_usage(path).free


def trouble(error: OSError) -> str:
    """Say in a few words what a system error means for the person."""
    if error.errno in SPACE_ERRORS:
        return "the disk is full"
    if error.errno == errno.EROFS:
        return "the disk is read-only"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "the folder may not be written"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return "the folder is gone"
    return error.strerror or str(error)


def trouble_code(error: OSError) -> str:
    """Return the error code that belongs to `trouble`."""
    if error.errno in SPACE_ERRORS:
        return "disk_full"
    return "read_only" if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) else "storage"
