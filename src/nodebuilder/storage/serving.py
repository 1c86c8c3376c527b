"""The one way from a name in an address to a file: what `safe_path` refuses is never opened."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from nodebuilder.errors import StorageError
from nodebuilder.storage.formats import HEAD_BYTES, Kind, sniff

_NAME: Final = re.compile(r"(?=.{1,128}\Z)[a-z0-9][a-z0-9_-]*\.[a-z0-9]{1,8}", re.ASCII)
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\.", re.ASCII)
_FLAGS: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file that may be sent out: its type comes from its bytes, `inline` says whether a browser may show it.

    `path` is None for a file that so far exists in memory only. Read through `open()`: it cannot be led elsewhere by a
    file that is exchanged in between.
    """

    filename: str
    path: Path | None
    media_type: str
    inline: bool
    size: int
    etag: str
    modified_at: float
    data: bytes | None = None

    def open(self) -> BinaryIO:
        """Return the file opened for reading; raises `StorageError` (`not_found`) when it is no longer the same."""
        if self.path is None:
            return BytesIO(self.data or b"")
        file = open_plain(self.path)
        if _etag(os.fstat(file.fileno())) != self.etag:
            file.close()
            raise not_found(self.filename)
        return file


def safe_path(root: Path, filename: str) -> Path:
    """Return the path of a plain file of that name in `root`.

    Refused as not found: whatever is not a plain lower-case name with an extension (traversal, other folders, hidden
    files, names with a meaning in Windows), and links of both kinds, folders, pipes, sockets and devices.
    """
    path = root / checked_name(filename)
    try:
        status = path.lstat()
    except (OSError, ValueError):
        raise not_found(filename) from None
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        raise not_found(filename)
    return path


def checked_name(filename: str) -> str:
    """Return `filename` if a servable file may have this name, else raise the error of a file that is not there."""
    if not _NAME.fullmatch(filename) or _DEVICE.match(filename):
        raise not_found(filename)
    return filename


def open_plain(path: Path) -> BinaryIO:
    """Open a file for reading if it is a plain file without other names, following nothing and waiting for nothing."""
    try:
        fd = os.open(path, _FLAGS)
    except OSError:
        raise not_found(path.name) from None
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        os.close(fd)
        raise not_found(path.name)
    return os.fdopen(fd, "rb")


def look_up(root: Path, filename: str) -> ServedFile:
    """Return what is to be known before sending the file out (blocks)."""
    path = safe_path(root, filename)
    with open_plain(path) as file:
        status = os.fstat(file.fileno())
        kind = sniff(file.read(HEAD_BYTES))
    return ServedFile(filename, path, kind.media_type, kind.inline, status.st_size, _etag(status), status.st_mtime)


def from_memory(filename: str, data: bytes, kind: Kind, modified_at: float) -> ServedFile:
    """Return a file that exists in memory only as one that can be sent out."""
    return ServedFile(filename, None, kind.media_type, kind.inline, len(data), f'"{len(data):x}"', modified_at, data)


def _etag(status: os.stat_result) -> str:
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}"'


def not_found(filename: str) -> StorageError:
    """Return the error that says that there is no such file, whatever the reason."""
    shown = filename if len(filename) <= 80 else filename[:77] + "…"
    return StorageError(
        f"There is no file {shown!r}.", "Look at the list of files for the names there are.", code="not_found"
    )
