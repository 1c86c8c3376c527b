from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from nodebuilder.errors import StorageError
from nodebuilder.settings import Settings
from nodebuilder.storage.masterkey import KEYRING, KeyFile, KeyringKey, master_key


class MemoryKeyring(KeyringBackend):
    """A keyring as a system would bring one."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(f"the keyring is locked for {service}/{username}")


class NoKeyring(MemoryKeyring):
    priority = 0  # type: ignore[assignment]


@pytest.fixture
def use_keyring() -> Callable[[KeyringBackend], None]:
    before = keyring.get_keyring()
    yield keyring.set_keyring  # type: ignore[misc]
    keyring.set_keyring(before)


def test_a_key_file_is_made_for_its_owner_only_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "config" / "secret.key"
    key = KeyFile(path).load(create=True)

    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert KeyFile(path).load(create=False) == key
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_those_who_make_the_key_file_at_once_end_up_with_one_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: keys.append(KeyFile(tmp_path / "k").load(create=True))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_missing_key_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"the key file .*k is missing") as caught:
        KeyFile(tmp_path / "k").load(create=False)
    assert caught.value.code == "master_key"
    assert "backup" in caught.value.remedy


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    KeyFile(tmp_path / "k").load(create=True)
    (tmp_path / "k").chmod(0o640)

    with pytest.raises(StorageError, match="can be read by others") as caught:
        KeyFile(tmp_path / "k").load(create=False)
    assert "chmod 600" in caught.value.remedy


@pytest.mark.parametrize("text", [b"", b"short", b"not base64 !!", base64.b64encode(b"x" * 31)])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "k").write_bytes(text)
    (tmp_path / "k").chmod(0o600)

    with pytest.raises(StorageError, match="does not hold a key"):
        KeyFile(tmp_path / "k").load(create=True)


def test_a_key_file_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "k").mkdir(mode=0o700)

    with pytest.raises(StorageError, match="cannot be read"):
        KeyFile(tmp_path / "k").load(create=True)


def test_a_key_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError) as caught:
        KeyFile(tmp_path / "file" / "k").load(create=True)
    assert caught.value.code == "master_key"


@pytest.mark.parametrize("inside", ["secret.key", "servable/../secret.key", "a/b/secret.key"])
def test_a_key_file_inside_the_data_folder_is_refused(
    make_settings: Callable[..., Settings], tmp_path: Path, inside: str
) -> None:
    with pytest.raises(StorageError, match="inside the data folder"):
        master_key(make_settings(key_file=tmp_path / "data" / inside))


def test_a_link_into_the_data_folder_is_seen_through(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "data")

    with pytest.raises(StorageError, match="inside the data folder"):
        master_key(make_settings(key_file=tmp_path / "elsewhere" / "secret.key"))


def test_a_folder_beside_the_data_folder_with_a_longer_name_is_outside(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    assert isinstance(master_key(make_settings(key_file=tmp_path / "data-keys" / "secret.key")), KeyFile)


def test_the_keyring_of_the_system_holds_the_key_when_asked(
    make_settings: Callable[..., Settings], use_keyring: Callable[[KeyringBackend], None]
) -> None:
    use_keyring(MemoryKeyring())
    master = master_key(make_settings(key_file=KEYRING))
    assert isinstance(master, KeyringKey)
    with pytest.raises(StorageError, match="has no entry"):
        master.load(create=False)
    key = master.load(create=True)

    assert len(key) == 32
    assert master.load(create=False) == key


@pytest.mark.parametrize(
    ("backend", "words"), [(NoKeyring, "no keyring that could be used"), (LockedKeyring, "is locked")]
)
def test_a_keyring_that_cannot_be_used_is_said(
    use_keyring: Callable[[KeyringBackend], None], backend: type[KeyringBackend], words: str
) -> None:
    use_keyring(backend())

    with pytest.raises(StorageError, match=words):
        KeyringKey().load(create=True)
