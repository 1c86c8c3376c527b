"""Pictures that come in as data URLs: kept as files like an upload, so that no base64 goes through a run."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator
from typing import Final

from nodebuilder.errors import InputError
from nodebuilder.storage.assets import AssetStore
from nodebuilder.values import Asset

_CHUNK: Final = 1 << 20


def is_data_url(text: str) -> bool:
    """Say whether `text` carries a file in itself."""
    return text[:5].lower() == "data:"


async def keep_data_url(assets: AssetStore, url: str) -> Asset:
    """Keep the picture that a data URL carries.

    Raises:
        InputError: the URL cannot be read (code `bad_data_url`).
        StorageError: it is no picture, or cannot be kept (see `AssetStore.upload`).
    """
    return await keep_bytes(assets, await asyncio.to_thread(_decoded, url), "data-url")


async def keep_bytes(assets: AssetStore, data: bytes, name: str) -> Asset:
    """Keep a picture; raises `StorageError` as `AssetStore.upload` does."""
    return (await assets.upload(_chunks(data), name)).asset


def _decoded(url: str) -> bytes:
    head, comma, body = url.partition(",")
    try:
        if comma and head.lower().endswith(";base64"):
            return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise InputError(
        "The data URL of a picture cannot be read.", "Send data:image/png;base64, and the bytes.", code="bad_data_url"
    )


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(data), _CHUNK):
        yield data[begin : begin + _CHUNK]
