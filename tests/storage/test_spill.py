from __future__ import annotations

import json
from pathlib import Path

import pytest

from nodebuilder.errors import StorageError
from nodebuilder.storage import spill as spill_module
from nodebuilder.storage.spill import Spill


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(spill_module.tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def block(data_dir: Path) -> None:
    """Make the data folder take nothing: a file stands where the spill folder should be."""
    (data_dir / "spill").touch()


def test_bytes_go_to_the_data_folder_first(data_dir: Path) -> None:
    item = Spill(data_dir).put("servable", "a_00000000.png", b"bytes", {"node": "image"})

    assert item.path == data_dir / "spill" / "servable~a_00000000.png"
    assert item.read() == b"bytes"
    assert item.place == str(item.path)


def test_then_to_the_temporary_folder(data_dir: Path, temporary: Path) -> None:
    block(data_dir)
    item = Spill(data_dir).put("servable", "a_00000000.png", b"bytes", {})

    assert item.path is not None
    assert item.path.is_relative_to(temporary)
    assert item.path.parent.stat().st_mode & 0o777 == 0o700


def test_then_to_memory(data_dir: Path, temporary: Path) -> None:
    block(data_dir)
    temporary.rmdir()
    temporary.touch()
    spill = Spill(data_dir)
    item = spill.put("receipts", "x.raw", b"bytes", {})

    assert (item.path, item.read(), item.place) == (None, b"bytes", "the memory of this program")
    assert spill.find("receipts", "x.raw") == item
    assert "bytes" not in repr(item)


def test_memory_has_an_end(data_dir: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block(data_dir)
    temporary.rmdir()
    temporary.touch()
    monkeypatch.setattr(spill_module, "MEMORY_LIMIT", 10)
    spill = Spill(data_dir)
    spill.put("servable", "a", b"12345678", {})

    with pytest.raises(StorageError, match="memory set aside for that is used up"):
        spill.put("servable", "b", b"123", {})
    assert [item.name for item in spill.waiting()] == ["a"]


@pytest.mark.parametrize("blocked", [False, True])
def test_another_process_finds_what_was_spilled(data_dir: Path, blocked: bool) -> None:
    if blocked:
        block(data_dir)
    Spill(data_dir).put("servable", "a_00000000.png", b"one", {"node": "image"})
    Spill(data_dir).put("receipts", "b.raw", b"two", {})
    found = Spill(data_dir).waiting()

    assert [(item.folder, item.name, item.read(), item.about) for item in found] == [
        ("servable", "a_00000000.png", b"one", {"node": "image"}),
        ("receipts", "b.raw", b"two", {}),
    ]


def test_what_found_its_place_is_forgotten_everywhere(data_dir: Path) -> None:
    spill = Spill(data_dir)
    spill.drop(spill.put("servable", "a", b"one", {}))

    assert spill.waiting() == []
    assert spill.find("servable", "a") is None
    assert not list((data_dir / "spill").iterdir())


def test_a_folder_that_somebody_else_laid_out_is_not_used(data_dir: Path, temporary: Path, tmp_path: Path) -> None:
    block(data_dir)
    name = Spill(data_dir).put("servable", "a", b"one", {}).path
    assert name is not None
    trap = name.parent
    for file in trap.iterdir():
        file.unlink()
    trap.rmdir()
    (tmp_path / "elsewhere").mkdir()
    trap.symlink_to(tmp_path / "elsewhere")

    assert Spill(data_dir).put("servable", "b", b"two", {}).path is None
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize(
    "note",
    [
        "no json",
        "[]",
        '{"folder": "servable"}',
        '{"folder": "/etc", "name": "x", "about": {}, "created_at": 1}',
        '{"folder": "servable", "name": "../../x", "about": {}, "created_at": 1}',
    ],
)
def test_a_note_that_makes_no_sense_is_passed_over(data_dir: Path, note: str) -> None:
    folder = data_dir / "spill"
    folder.mkdir()
    (folder / "servable~x").write_bytes(b"bytes")
    (folder / "servable~x.about.json").write_text(note)

    assert Spill(data_dir).waiting() == []


def test_bytes_that_vanished_are_passed_over(data_dir: Path) -> None:
    folder = data_dir / "spill"
    folder.mkdir()
    note = {"folder": "servable", "name": "x", "about": {}, "created_at": 1}
    (folder / "servable~x.about.json").write_text(json.dumps(note))

    assert Spill(data_dir).waiting() == []
