"""The master key that seals secrets: in a file of its own outside the data folder, or in the system's keyring."""

from __future__ import annotations

import base64
import importlib
import os
import secrets
import stat
from pathlib import Path
from typing import Any, Final, Protocol

from nodebuilder.errors import StorageError
from nodebuilder.settings import Settings
from nodebuilder.storage.files import part_path, private_folder, sync_folder, trouble, write_durably

KEY_BYTES: Final = 32
KEYRING: Final = "keyring"
"""`NODEBUILDER_KEY_FILE` set to this word means: the system's keyring."""


class MasterKey(Protocol):
    """Where the master key is."""

    def load(self, *, create: bool) -> bytes:
        """Return the key; `create` makes one when there is none (blocks)."""
        ...


def master_key(settings: Settings) -> MasterKey:
    """Return the place of the master key that the settings name.

    Raises:
        StorageError: it would be inside the data folder (code `master_key`), where one copy would give away both.
    """
    path = settings.secret_key_path
    if str(path) == KEYRING:
        return KeyringKey()
    if path.resolve().is_relative_to(settings.data_dir.resolve()):
        raise StorageError(
            f"The key file {path} is inside the data folder, so that a copy of the folder would give the secrets away.",
            "Set NODEBUILDER_KEY_FILE to a path outside the data folder.",
            code="master_key",
        )
    return KeyFile(path)


class KeyFile:
    """A file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, *, create: bool) -> bytes:
        """Return the key in the file; `create` makes the file when there is none (blocks)."""
        try:
            return self._read()
        except FileNotFoundError:
            if not create:
                raise _missing(f"the key file {self.path} is missing") from None
            return self._create()
        except OSError as error:
            raise _missing(f"the key file {self.path} cannot be read: {trouble(error)}") from error

    def _read(self) -> bytes:
        mode = self.path.stat().st_mode
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise StorageError(
                f"The key file {self.path} can be read by others on this machine.",
                f"Run `chmod 600 {self.path}`.",
                code="master_key",
            )
        return _decode(self.path.read_bytes(), f"the key file {self.path}")

    def _create(self) -> bytes:
        """Make the file in one step, so that two processes that start together end up with one key."""
        part = part_path(self.path.parent)
        try:
            private_folder(self.path.parent)
            write_durably(part, base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            try:
                os.link(part, self.path)
            except FileExistsError:
                pass
            finally:
                part.unlink(missing_ok=True)
            sync_folder(self.path.parent)
            return self._read()
        except OSError as error:
            raise StorageError(
                f"The key file {self.path} cannot be made: {trouble(error)}.",
                "Make its folder writable, or set NODEBUILDER_KEY_FILE to another path.",
                code="master_key",
            ) from error


class KeyringKey:
    """An entry `nodebuilder` in the system's keyring (macOS Keychain, Windows Credential Locker, Secret Service)."""

    def load(self, *, create: bool) -> bytes:
        """Return the key in the keyring; `create` makes one when there is none (blocks)."""
        keyring = _usable_keyring()
        try:
            text = keyring.get_password("nodebuilder", "master")
            if text is None and create:
                text = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
                keyring.set_password("nodebuilder", "master", text)
        except Exception as error:
            raise _missing(f"the system's keyring refused ({error})") from error
        if text is None:
            raise _missing("the system's keyring has no entry nodebuilder")
        return _decode(text.encode(), "the entry in the system's keyring")


def _usable_keyring() -> Any:
    keyring = importlib.import_module("keyring")  # 0.1 s, and only who asks for it needs it
    backend = keyring.get_keyring()
    if backend.priority < 1:
        raise StorageError(
            "This system has no keyring that could be used.",
            "Unset NODEBUILDER_KEY_FILE, so that the master key is kept in a file.",
            code="master_key",
        )
    return keyring


def _decode(text: bytes, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise _missing(f"{where} does not hold a key")
    return key


def _missing(reason: str) -> StorageError:
    return StorageError(
        f"The secrets cannot be opened: {reason}.",
        "Bring the key back from a backup, or remove the secrets and set them again.",
        code="master_key",
    )
