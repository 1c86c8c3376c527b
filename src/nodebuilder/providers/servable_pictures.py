"""Reading pictures from the servable directory: `Pictures` over the files that are kept here, and over nothing else."""

from __future__ import annotations

import asyncio
import base64
import binascii
import ipaddress
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import SplitResult, urlsplit

from nodebuilder.errors import InputError, StorageError
from nodebuilder.providers.pictures import Picture, Reference
from nodebuilder.settings import Settings
from nodebuilder.storage.assets import AssetStore
from nodebuilder.storage.formats import PICTURES, WEBP
from nodebuilder.storage.pictures import inspect, thumbnail
from nodebuilder.storage.serving import ServedFile
from nodebuilder.values import Asset

MAX_BYTES: Final = 50_000_000
"""Most bytes of a file that are read: more is taken by no model."""
FOLDER: Final = "/servable/"
REMEDY: Final = "Connect a picture of this canvas, or give the file name of one."
_TYPES: Final = frozenset(kind.media_type for kind in PICTURES)


class ServablePictures:
    """Reads the pictures of `assets`; addresses are understood as names of files here, never followed."""

    def __init__(self, assets: AssetStore, settings: Settings) -> None:
        self._assets = assets
        self._max_pixels = settings.max_image_pixels
        self._max_data = settings.max_upload_bytes
        self._hosts = _own_hosts(settings)
        self._linkable = tuple(host.lower() for host in settings.image_hosts)

    async def read(self, reference: Reference) -> Picture:
        """Return the picture that `reference` names (see `Pictures.read`)."""
        if isinstance(reference, str) and reference.lstrip()[:5].lower() == "data:":
            data = await asyncio.to_thread(_from_data_url, reference.strip(), self._max_data)
            return await asyncio.to_thread(_verified, data, self._max_pixels)
        filename = reference.filename if isinstance(reference, Asset) else named(reference, self._hosts)
        try:
            served = await self._assets.open_for_serving(filename)
            data = await asyncio.to_thread(_bytes, served)
        except StorageError as error:
            raise InputError(error.message, REMEDY, code=error.code) from error
        picture = await asyncio.to_thread(_verified, data, self._max_pixels)
        size, url = len(picture.data), self._assets.url(filename)
        return replace(picture, asset=Asset(filename, url, picture.media_type, size, picture.width, picture.height))

    def may_be_linked(self, url: str) -> bool:
        """Say whether the host of this address is one of the setting `image_hosts`."""
        try:
            parts = urlsplit(url.strip())
            host = (parts.hostname or "").lower()
        except ValueError:
            return False
        return parts.scheme == "https" and not parts.username and any(_matches(host, each) for each in self._linkable)

    async def thumbnail(self, reference: Reference, pixels: int) -> Picture:
        """Return a small form of the picture (see `Pictures.thumbnail`)."""
        picture = await self.read(reference)
        small = await asyncio.to_thread(thumbnail, picture.data, pixels, self._max_pixels)
        seen = await asyncio.to_thread(inspect, small)
        return Picture(small, WEBP.media_type, seen.width, seen.height, picture.asset)


def _matches(host: str, allowed: str) -> bool:
    return host == allowed or (allowed.startswith("*.") and host.endswith(allowed[1:]))


def named(reference: str, hosts: Iterable[str] = ()) -> str:
    """Return the file name in a name or an address; `hosts` are those of this server beside loopback.

    Raises:
        InputError: it is empty (`no_picture`), or the address of another server (`picture_elsewhere`).
    """
    text = reference.strip()
    if not text:
        raise InputError("There is no picture.", REMEDY, code="no_picture")
    try:
        parts = urlsplit(text)
        ours = not parts.netloc or parts.netloc.lower() in hosts or _is_loopback(parts.hostname or "")
    except ValueError:
        parts, ours = SplitResult("", "", text, "", ""), True
    if not parts.scheme and not parts.netloc:
        return parts.path.removeprefix(FOLDER)
    if parts.scheme in ("http", "https") and ours and parts.path.startswith(FOLDER):
        return parts.path.removeprefix(FOLDER)
    shown = (parts.netloc.rpartition("@")[2] or f"{parts.scheme}:")[:80]
    raise InputError(
        f"The picture lies elsewhere ({shown}), and nothing is fetched from there.",
        "Save it on this computer and upload it, or give the file name of a picture of this canvas.",
        code="picture_elsewhere",
    )


def _own_hosts(settings: Settings) -> frozenset[str]:
    return frozenset({urlsplit(settings.public_url).netloc.lower(), *(host.lower() for host in settings.allowed_hosts)})


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bytes(served: ServedFile) -> bytes:
    if served.media_type not in _TYPES:
        raise InputError(f"The file {served.filename} is not a picture.", REMEDY, code="not_an_image")
    if served.size > MAX_BYTES:
        raise _too_large(MAX_BYTES)
    with served.open() as file:
        return file.read()


def _from_data_url(url: str, limit: int) -> bytes:
    head, comma, text = url.partition(",")
    if len(text) > limit * 4 // 3 + 4:
        raise _too_large(limit)
    unreadable = InputError(
        "The data URL cannot be read.", "Write it as data:image/png;base64, and the data.", code="bad_picture"
    )
    if not comma or not head.lower().endswith(";base64"):
        raise unreadable
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise unreadable from error


def _verified(data: bytes, max_pixels: int) -> Picture:
    try:
        seen = inspect(data, max_pixels)
    except StorageError as error:
        raise InputError(error.message, error.remedy, code=error.code) from error
    return Picture(data[: seen.end], seen.media_type, seen.width, seen.height)


def _too_large(limit: int) -> InputError:
    return InputError(f"The picture is larger than {limit:,} bytes.", "Use a smaller picture.", code="too_large")
