"""Where bytes that were paid for go when the data folder cannot take them: another folder, or memory at the last."""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from nodebuilder.errors import StorageError
from nodebuilder.storage.files import discard, private_folder, replace
from nodebuilder.storage.jsontext import dumps, loads

MEMORY_LIMIT: Final = 512 * 1024 * 1024
_ABOUT: Final = ".about.json"
Folder = Literal["servable", "receipts"]
_FOLDERS: Final = ("servable", "receipts")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spilled:
    """Bytes that wait for their place `folder/name` in the data folder; `path` is None while they are in memory."""

    folder: Folder
    name: str
    about: Mapping[str, Any]
    created_at: float
    path: Path | None
    data: bytes | None = field(default=None, repr=False)

    def read(self) -> bytes:
        """Return the bytes."""
        return self.path.read_bytes() if self.path is not None else self.data or b""

    @property
    def place(self) -> str:
        """Where the bytes are, in words."""
        return "the memory of this program" if self.path is None else str(self.path)


class Spill:
    """Keeps spilled bytes; all methods block and may be called from any thread."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._items: dict[tuple[str, str], Spilled] = {}
        self._lock = threading.Lock()
        self.rescan()

    def put(self, folder: Folder, name: str, data: bytes, about: Mapping[str, Any]) -> Spilled:
        """Keep `data` in the first place that takes it: `spill/` in the data folder, the temporary folder, memory."""
        created_at = time.time()
        item = self._on_disk(folder, name, data, about, created_at)
        with self._lock:
            if item is None:
                held = sum(len(other.data) for other in self._items.values() if other.data is not None)
                if held + len(data) > MEMORY_LIMIT:
                    raise StorageError(
                        "No disk takes the data, and the memory set aside for that is used up.",
                        "Free some space on the disk.",
                        code="disk_full",
                    )
                item = Spilled(folder, name, about, created_at, None, data)
            self._items[folder, name] = item
        log.warning("%s/%s could not be put in its place and is kept in %s", folder, name, item.place)
        return item

    def waiting(self) -> list[Spilled]:
        """Return all that waits, oldest first."""
        with self._lock:
            return sorted(self._items.values(), key=lambda item: item.created_at)

    def find(self, folder: Folder, name: str) -> Spilled | None:
        """Return what waits under this name, if anything."""
        with self._lock:
            return self._items.get((folder, name))

    def drop(self, item: Spilled) -> None:
        """Forget bytes that have found their place."""
        with self._lock:
            self._items.pop((item.folder, item.name), None)
        if item.path is not None:
            discard(item.path.with_name(item.path.name + _ABOUT))
            discard(item.path)

    def rescan(self) -> None:
        """Find what earlier or other processes have spilled."""
        for place in (self._data_dir / "spill", self._temporary()):
            for about in sorted(place.glob(f"*{_ABOUT}")) if _is_ours(place) else ():
                item = _load(about)
                if item is not None:
                    with self._lock:
                        self._items.setdefault((item.folder, item.name), item)

    def _on_disk(
        self, folder: Folder, name: str, data: bytes, about: Mapping[str, Any], created_at: float
    ) -> Spilled | None:
        note = dumps({"folder": folder, "name": name, "about": about, "created_at": created_at}).encode()
        for place in (self._data_dir / "spill", self._temporary()):
            path = place / f"{folder}~{name}"
            try:
                private_folder(place)
                if not _is_ours(place):
                    continue
                replace(path, data)
                replace(path.with_name(path.name + _ABOUT), note)
            except OSError:
                continue
            return Spilled(folder, name, about, created_at, path)
        return None

    def _temporary(self) -> Path:
        mark = hashlib.sha256(str(self._data_dir.absolute()).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"nodebuilder-spill-{mark}"


def _is_ours(folder: Path) -> bool:
    """Say whether a folder is a real one that nobody else could have laid out."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    getuid = getattr(os, "getuid", None)
    private = getuid is None or (status.st_uid == getuid() and not status.st_mode & 0o022)
    return stat.S_ISDIR(status.st_mode) and private


def _load(about: Path) -> Spilled | None:
    path = about.with_name(about.name.removesuffix(_ABOUT))
    try:
        note = loads(about.read_text())
        item = Spilled(note["folder"], note["name"], note["about"], note["created_at"], path)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    named_alike = item.folder in _FOLDERS and path.name == f"{item.folder}~{item.name}"
    return item if named_alike and path.exists() else None
