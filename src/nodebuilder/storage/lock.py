"""One data folder, one server; and which processes that wrote to it are still alive."""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from pathlib import Path

from nodebuilder.errors import StorageError
from nodebuilder.storage.files import private_folder, trouble, trouble_code

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # a byte beyond the text, so that others can read it

    def _try_hold(fd: int) -> bool:
        os.lseek(fd, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_hold(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """A lock that the system frees when its process ends, however it ends; the file's text says who holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def try_acquire(self, text: str = "") -> bool:
        """Take the lock and write `text` into its file; False when another process holds it."""
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _try_hold(fd):
            os.close(fd)
            return False
        self._fd = fd
        self.write(text)
        return True

    def acquire(self, seconds: float) -> bool:
        """Wait up to `seconds` for the lock (blocks the thread); False when it was not to be had."""
        deadline = time.monotonic() + seconds
        while not self.try_acquire():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def write(self, text: str) -> None:
        """Replace the text in the file of a lock that is held."""
        if self._fd is None:
            return
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, text.encode(), 0) if sys.platform != "win32" else self.path.write_text(text)

    def release(self, *, remove: bool = False) -> None:
        """Free the lock; `remove` deletes its file, too."""
        if self._fd is None:
            return
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self._fd)
        self._fd = None


class ServerLock:
    """The claim of one server on its data folder, kept in the file `lock`."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock = FileLock(data_dir / "lock")

    def acquire(self, url: str) -> None:
        """Claim the folder for this process.

        Raises:
            StorageError: another server has it (code `in_use`; names its process and address), or the folder cannot
                be written.
        """
        try:
            taken = self._lock.try_acquire(_claim(url))
        except OSError as error:
            raise StorageError(
                f"The data folder {self._data_dir} cannot be used: {trouble(error)}.",
                "Choose another folder with --data-dir, or make this one writable.",
                code=trouble_code(error),
            ) from error
        if not taken:
            raise StorageError(
                f"The data folder {self._data_dir} is in use by {self._holder()}.",
                "Use that server, stop it, or choose another folder with --data-dir.",
                code="in_use",
            )

    def server_url(self) -> str:
        """Return the address of the server that has the folder; empty when none has, or none is known."""
        try:
            if not self._lock.path.exists() or self._lock.try_acquire():
                self._lock.release()
                return ""
            return str(json.loads(self._lock.path.read_text())["url"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def announce(self, url: str) -> None:
        """Note the address under which this server can be reached, once it is known."""
        self._lock.write(_claim(url))

    def release(self) -> None:
        """Give the folder free."""
        self._lock.write("")
        self._lock.release()

    def _holder(self) -> str:
        try:
            claim = json.loads(self._lock.path.read_text())
            return f"the server with process id {claim['pid']} at {claim['url'] or 'an address not known yet'}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another server"


def _claim(url: str) -> str:
    return json.dumps({"pid": os.getpid(), "url": url})


class Session:
    """One opening of a data folder: others can tell whether its process still lives."""

    def __init__(self, data_dir: Path) -> None:
        self.id = secrets.token_hex(8)
        self.started_at = time.time()
        self._folder = private_folder(data_dir / "sessions")
        self._lock = FileLock(self._folder / self.id)
        self._lock.try_acquire(str(os.getpid()))

    def is_alive(self, session: str) -> bool:
        """Say whether the process of that session still runs; forgets it if not."""
        if session == self.id:
            return True
        path = self._folder / session
        if not session or not path.exists():
            return False
        other = FileLock(path)
        if not other.try_acquire():
            return True
        other.release(remove=True)
        return False

    def sweep(self) -> None:
        """Forget the sessions of all processes that are gone."""
        for path in tuple(self._folder.iterdir()):
            self.is_alive(path.name)

    def end(self) -> None:
        """End the session in order."""
        self._lock.release(remove=True)
