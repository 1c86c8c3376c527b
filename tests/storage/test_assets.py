from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.errors import StorageError
from nodebuilder.storage import assets as assets_module
from nodebuilder.storage.assets import AssetStore, clean_name, with_origin
from nodebuilder.storage.store import Store


@pytest.fixture
def files(store: Store) -> AssetStore:
    return store.assets


async def once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def on_disk(files: AssetStore) -> list[str]:
    return sorted(path.name for path in files.folder.iterdir())


async def test_a_picture_gets_the_documented_name_and_address(files: AssetStore, picture: Callable[..., bytes]) -> None:
    data = picture(64, 48)
    asset = await files.save(data, prefix="gpt_image", about={"run_id": "r", "node": "image"})

    assert re.fullmatch(r"gpt_image_[0-9a-f]{8}\.png", asset.filename)
    assert asset.url == f"http://localhost:8000/servable/{asset.filename}"
    assert (asset.media_type, asset.size, asset.width, asset.height) == ("image/png", len(data), 64, 48)
    assert (files.folder / asset.filename).read_bytes() == data
    assert (files.folder / asset.filename).stat().st_mode & 0o777 == 0o600
    assert on_disk(files) == [asset.filename]


@pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "gif")])
async def test_the_ending_follows_the_bytes(
    files: AssetStore, picture: Callable[..., bytes], kind: str, ending: str
) -> None:
    asset = await files.save(picture(kind=kind), prefix="x", about={"media_type": "text/html"})

    assert asset.filename.endswith(f".{ending}")


@pytest.mark.parametrize(
    ("prefix", "beginning"),
    [
        ("GPT Image!", "gpt_image_"),
        ("../../etc/x", "etc_x_"),
        ("é", "file_"),
        ("", "file_"),
        ("a" * 200, "a" * 60 + "_"),
    ],
)
async def test_any_prefix_gives_a_safe_name(files: AssetStore, prefix: str, beginning: str) -> None:
    asset = await files.save(b"words", prefix=prefix, about={})

    assert re.fullmatch(re.escape(beginning) + r"[0-9a-f]{8}\.txt", asset.filename)
    assert (await files.open_for_serving(asset.filename)).size == 5


async def test_what_a_file_came_from_is_noted_without_keys(store: Store, picture: Callable[..., bytes]) -> None:
    store.redactor.remember("my-secret-value")
    asset = await store.assets.save(
        picture(), prefix="x", about={"run_id": "r", "node": "image", "prompt": "a my-secret-value"}
    )
    record = await store.assets.info(asset.filename)

    assert record.asset == asset
    assert record.run_id == "r"
    assert record.about == {"run_id": "r", "node": "image", "prompt": "a ***"}
    assert record.sha256 == hashlib.sha256(picture()).hexdigest()
    assert record.as_json().keys() >= {
        "filename",
        "url",
        "size",
        "media_type",
        "width",
        "height",
        "created_at",
        "original_name",
    }


async def test_names_that_are_taken_are_never_overwritten(
    files: AssetStore, picture: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(["00000000"] * 5 + ["11111111"])
    monkeypatch.setattr(assets_module.secrets, "token_hex", lambda _size: next(numbers))
    monkeypatch.setattr(assets_module, "part_path", lambda folder: folder / f".{os.urandom(4).hex()}.part")
    first = await files.save(picture(1, 1), prefix="x", about={})
    second = await files.save(picture(2, 2), prefix="x", about={})

    assert (first.filename, second.filename) == ("x_00000000.png", "x_11111111.png")
    assert await files.read(first.filename) == picture(1, 1)


async def test_many_files_at_once_all_arrive(files: AssetStore, picture: Callable[..., bytes]) -> None:
    saved = await asyncio.gather(
        *(files.save(picture(n + 1, 1), prefix="x", about={}) for n in range(40)),
        *(files.upload(once(picture(1, n + 1)), "same.png") for n in range(40)),
    )

    assert len(saved) == len(on_disk(files)) == (await files.list()).count == 80


async def test_an_upload_gets_an_opaque_name_and_keeps_its_own_as_a_note(
    files: AssetStore, picture: Callable[..., bytes]
) -> None:
    record = await files.upload(once(picture(30, 20) + b"trailing"), "..\\..\\my holiday \u202e.png.exe")

    assert re.fullmatch(r"upload_[0-9a-f]{8}\.png", record.asset.filename)
    assert record.original_name == "my holiday .png.exe"
    assert await files.read(record.asset.filename) == picture(30, 20)
    assert await files.info(record.asset.filename) == record


async def test_a_refused_upload_leaves_nothing(files: AssetStore) -> None:
    with pytest.raises(StorageError, match="not a picture"):
        await files.upload(once(b"<html>"), "x.png")

    assert on_disk(files) == []
    assert (await files.list()).count == 0


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("cat.png", "cat.png"),
        ("/etc/passwd", "passwd"),
        ("C:\\a\\b.png", "b.png"),
        ("a\r\nX: y\0.png", "aX: y.png"),
        ("", ""),
        ("x" * 999, "x" * 255),
    ],
)
def test_the_name_of_an_upload_is_cleaned_for_showing(name: str, clean: str) -> None:
    assert clean_name(name) == clean


async def test_files_are_listed_newest_first_and_by_pages(files: AssetStore) -> None:
    saved = [await files.save(b"x" * n, prefix="x", about={}) for n in range(1, 8)]
    found: list[str] = []
    before: str | None = None
    while True:
        page = await files.list(limit=3, before=before)
        assert (page.count, page.total_size) == (7, 28)
        found += [record.asset.filename for record in page.files]
        before = page.next
        if before is None:
            break

    assert found == [asset.filename for asset in reversed(saved)]
    assert len((await files.list(limit=0)).files) == 1


async def test_addresses_can_begin_with_the_origin_of_the_request(files: AssetStore) -> None:
    asset = await files.save(b"x", prefix="x", about={})
    origin = "http://127.0.0.1:9000/"

    expected = f"http://127.0.0.1:9000/servable/{asset.filename}"
    assert files.url(asset.filename, origin) == expected
    assert (await files.info(asset.filename, origin=origin)).asset.url == expected
    assert (await files.list(origin=origin)).files[0].asset.url == expected
    assert with_origin(asset, origin).url == expected


async def test_a_deleted_file_is_gone(files: AssetStore) -> None:
    asset = await files.save(b"x", prefix="x", about={})
    await files.delete(asset.filename)

    assert on_disk(files) == []
    for way in (files.delete, files.info, files.open_for_serving, files.read):
        with pytest.raises(StorageError) as caught:
            await way(asset.filename)
        assert caught.value.code == "not_found"


@pytest.mark.parametrize("name", ["../secret.txt", "..", ".env", "soft.png", "hard.png", "/etc/passwd", ""])
async def test_no_way_leads_out_of_the_folder(files: AssetStore, store: Store, name: str) -> None:
    await files.save(b"x", prefix="x", about={})
    secret = store.settings.data_dir / "secret.txt"
    secret.write_text("CANARY")
    (files.folder / ".env").write_text("CANARY")
    (files.folder / "soft.png").symlink_to(secret)
    os.link(secret, files.folder / "hard.png")

    for way in (files.delete, files.info, files.open_for_serving, files.read):
        with pytest.raises(StorageError) as caught:
            await way(name)
        assert caught.value.code == "not_found"
    await files.reconcile()
    assert secret.read_text() == (files.folder / ".env").read_text() == "CANARY"
    assert (await files.list()).count == 1


async def test_files_put_there_by_hand_are_adopted_and_vanished_ones_forgotten(
    files: AssetStore, picture: Callable[..., bytes]
) -> None:
    gone = await files.save(b"x", prefix="x", about={})
    (files.folder / gone.filename).unlink()
    (files.folder / "mine.png").write_bytes(picture(12, 34))
    (files.folder / "also.png").write_bytes(picture(1, 1))
    assert (await files.info("also.png")).asset.width == 1
    await files.reconcile()

    assert {record.asset.filename for record in (await files.list()).files} == {"mine.png", "also.png"}
    assert (await files.info("mine.png")).asset.height == 34


async def test_what_a_crash_left_half_written_is_removed_once_it_is_old(files: AssetStore) -> None:
    kept = await files.save(b"x", prefix="x", about={})
    for name in (".0123.part", "x_00000000.png", ".fresh.part"):
        (files.folder / name).touch()
    for name in (".0123.part", "x_00000000.png"):
        os.utime(files.folder / name, (1, 1))
    await files.reconcile()

    assert on_disk(files) == sorted([".fresh.part", kept.filename])


async def test_a_file_is_kept_even_if_it_cannot_be_recorded_and_is_recorded_later(store: Store) -> None:
    await store.database.execute(assets_module.assets.insert().values(ROW))
    await store.database.close()
    shutil.move(store.settings.data_dir / "nodebuilder.db", store.settings.data_dir / "away.db")
    (store.settings.data_dir / "nodebuilder.db").mkdir()
    asset = await store.assets.save(b"words", prefix="x", about={"node": "n"})
    assert store.assets.needs_retry()
    assert await store.assets.read(asset.filename) == b"words"
    (store.settings.data_dir / "nodebuilder.db").rmdir()
    shutil.move(store.settings.data_dir / "away.db", store.settings.data_dir / "nodebuilder.db")
    await store.assets.retry_spilled()

    assert not store.assets.needs_retry()
    assert (await store.assets.info(asset.filename)).about == {"node": "n"}


ROW = {
    "filename": "other_00000000.txt",
    "media_type": "text/plain",
    "size": 1,
    "width": 0,
    "height": 0,
    "sha256": "",
    "created_at": 1.0,
    "original_name": "",
    "about": "{}",
}


async def test_a_picture_that_finds_no_place_is_offered_and_lands_when_there_is_one(
    store: Store, picture: Callable[..., bytes]
) -> None:
    files = store.assets
    files.folder.touch()  # a file stands where the folder should be
    with pytest.raises(StorageError, match="The picture was made, but") as caught:
        await files.save(picture(10, 10), prefix="gpt_image", about={"run_id": "r"})
    waiting = files.spilled()[0]
    served = await files.open_for_serving(waiting.name)

    assert files.url(waiting.name) in caught.value.remedy
    assert waiting.place in caught.value.message
    assert (served.media_type, served.open().read()) == ("image/png", picture(10, 10))
    assert await files.retry_spilled() == []
    files.folder.unlink()
    assert await files.retry_spilled() == [waiting.name]
    assert not files.needs_retry()
    assert (await files.info(waiting.name)).run_id == "r"
    assert await files.read(waiting.name) == picture(10, 10)


async def test_a_picture_that_waits_can_be_deleted(store: Store, picture: Callable[..., bytes]) -> None:
    store.assets.folder.touch()
    with pytest.raises(StorageError):
        await store.assets.save(picture(), prefix="x", about={})
    await store.assets.delete(store.assets.spilled()[0].name)

    assert store.assets.spilled() == []


def played(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def mounts() -> tuple[str, ...]:
    """Return the command under which a scene may mount; skips, saying why, where that is not permitted."""
    command = ("unshare", "-m") if os.geteuid() == 0 else ("unshare", "-rm")
    if shutil.which("unshare") is None:
        pytest.skip("a small disk cannot be mounted here: there is no `unshare`")
    probe = [*command, "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: not permitted")
    return command


def test_on_a_full_disk_what_was_paid_for_is_kept_elsewhere_and_lands_when_space_returns(
    play: Callable[..., Any], tmp_path: Path
) -> None:
    found = played(play("small_disk.py", str(tmp_path), "full", before=mounts()))

    assert found["save"] == {"code": "disk_full", "place": "temporary", "served": True}
    assert found["raw_of_receipt"]
    assert found["next_call"] == "disk_full"
    assert found["upload"] == "disk_full"
    assert found["landed"] == 2
    assert found["after"] == {"waiting": 0, "picture": True, "raw": True, "state": "kept"}


def test_on_a_read_only_disk_what_was_paid_for_is_kept_elsewhere_and_lands_later(
    play: Callable[..., Any], tmp_path: Path
) -> None:
    found = played(play("small_disk.py", str(tmp_path), "read-only", before=mounts()))

    assert found["save"] == {"code": "read_only", "place": "temporary", "served": True}
    assert found["raw_of_receipt"]
    assert found["upload"] == "read_only"
    assert found["landed"] == 2
    assert found["after"] == {"waiting": 0, "picture": True, "raw": True, "state": "kept"}


def test_when_no_disk_takes_it_the_picture_is_kept_in_memory(play: Callable[..., Any], tmp_path: Path) -> None:
    found = played(play("small_disk.py", str(tmp_path), "file-size"))

    assert found["save"] == {"code": "disk_full", "place": "memory", "served": True}
    assert found["raw_of_receipt"]
    assert found["landed"] == 2
    assert found["after"] == {"waiting": 0, "picture": True, "raw": True, "state": "kept"}
