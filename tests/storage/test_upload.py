from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import pytest

from nodebuilder.errors import StorageError
from nodebuilder.storage.upload import receive


async def stream(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(0)
        yield chunk


def pieces(data: bytes, size: int = 100) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


async def test_a_picture_comes_in_piece_by_piece(tmp_path: Path, picture: Callable[..., bytes]) -> None:
    data = picture(200, 100)
    part, received, digest = await receive(stream(pieces(data)), tmp_path, 10_000, 40_000)

    assert part.read_bytes() == data
    assert part.name.startswith(".")
    assert (received.size, received.width, received.height) == (len(data), 200, 100)
    assert digest == hashlib.sha256(data).hexdigest()


async def test_bytes_behind_the_picture_are_cut_off(tmp_path: Path, picture: Callable[..., bytes]) -> None:
    data = picture(kind="JPEG")
    part, received, digest = await receive(stream([data, b"<script>alert(1)</script>"]), tmp_path, 10_000, 40_000)

    assert part.read_bytes() == data
    assert received.size == len(data)
    assert digest == hashlib.sha256(data).hexdigest()


async def test_counting_ends_an_endless_upload(tmp_path: Path) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1000
            yield b"x" * 1000

    with pytest.raises(StorageError, match="larger than the 10,000 bytes") as caught:
        await receive(endless(), tmp_path, 10_000, 40_000)
    assert caught.value.code == "too_large"
    assert taken == 11_000
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"x", "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_an_image"),
        (b"<html><script>alert(1)</script></html>", "not_an_image"),
        (b"\x7fELF\x02\x01\x01", "not_an_image"),
        (b"PK\x03\x04", "not_an_image"),
        (b"%PDF-1.7", "not_an_image"),
        (b"\x89PNG\r\n\x1a\n", "image_truncated"),
    ],
)
async def test_what_is_no_picture_leaves_nothing(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(StorageError) as caught:
        await receive(stream([data]), tmp_path, 10_000, 40_000)
    assert caught.value.code == code
    assert not list(tmp_path.iterdir())


async def test_too_many_pixels_leave_nothing(tmp_path: Path, picture: Callable[..., bytes]) -> None:
    with pytest.raises(StorageError) as caught:
        await receive(stream([picture(201, 200)]), tmp_path, 10_000, 40_000)
    assert caught.value.code == "image_too_large"
    assert not list(tmp_path.iterdir())


async def test_a_sender_that_goes_away_leaves_nothing(tmp_path: Path, picture: Callable[..., bytes]) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield picture()[:50]
        raise ConnectionResetError

    with pytest.raises(StorageError):
        await receive(broken(), tmp_path, 10_000, 40_000)
    assert not list(tmp_path.iterdir())


async def test_a_cancelled_upload_leaves_nothing(tmp_path: Path, picture: Callable[..., bytes]) -> None:
    reached = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield picture()[:50]
        reached.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(receive(stalled(), tmp_path, 10_000, 40_000))
    await reached.wait()
    assert len(list(tmp_path.iterdir())) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not list(tmp_path.iterdir())


async def test_a_folder_that_takes_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match="The file cannot be kept"):
        await receive(stream([b"x"]), tmp_path / "file", 10_000, 40_000)
