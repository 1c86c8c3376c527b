"""Receiving an uploaded picture: counted while it streams in, judged by its bytes, gone without trace when refused."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterable
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path

from nodebuilder.errors import StorageError
from nodebuilder.storage.files import discard, part_path, private_folder, trouble, trouble_code
from nodebuilder.storage.formats import HEAD_BYTES
from nodebuilder.storage.pictures import inspect


@dataclass(frozen=True, slots=True)
class Received:
    """A picture that has come in: its first bytes, its length without what trailed behind it, its size in pixels."""

    head: bytes
    size: int
    width: int
    height: int


async def receive(
    chunks: AsyncIterable[bytes], folder: Path, max_bytes: int, max_pixels: int
) -> tuple[Path, Received, str]:
    """Stream a picture into a hidden file of `folder`; return its path, what it is, and its SHA-256.

    Bytes that trail behind the picture's own data are cut off.

    Raises:
        StorageError: it is too large, empty, no picture that can be decoded, or cannot be written; nothing is left.
    """
    part = part_path(folder)
    try:
        await _stream(chunks, part, max_bytes)
        return await asyncio.to_thread(_judge, part, max_pixels)
    except OSError as error:
        discard(part)
        raise StorageError(
            f"The file cannot be kept: {trouble(error)}.", "Free some space and try again.", code=trouble_code(error)
        ) from error
    except BaseException:
        discard(part)
        raise


async def _stream(chunks: AsyncIterable[bytes], part: Path, max_bytes: int) -> None:
    file = await asyncio.to_thread(_create, part)
    size = 0
    try:
        async for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                raise StorageError(
                    f"The file is larger than the {max_bytes:,} bytes that are allowed.",
                    "Choose a smaller file, or raise NODEBUILDER_MAX_UPLOAD_BYTES.",
                    code="too_large",
                )
            await asyncio.to_thread(file.write, chunk)
    finally:
        await asyncio.to_thread(file.close)
    if not size:
        raise StorageError("The file is empty.", "Choose another file.", code="empty_file")


def _create(part: Path) -> BufferedWriter:
    private_folder(part.parent)
    return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _judge(part: Path, max_pixels: int) -> tuple[Path, Received, str]:
    data = part.read_bytes()
    info = inspect(data, max_pixels)
    with part.open("r+b") as file:
        file.truncate(info.end)
        os.fsync(file.fileno())
    received = Received(data[:HEAD_BYTES], info.end, info.width, info.height)
    return part, received, hashlib.sha256(memoryview(data)[: info.end]).hexdigest()
