"""The servable directory: files under opaque names that are never overwritten, and what is known of each."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
import time
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, and_, delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from nodebuilder.errors import StorageError
from nodebuilder.redaction import Redactor
from nodebuilder.settings import Settings
from nodebuilder.storage.database import Database
from nodebuilder.storage.files import (
    PART_SUFFIX,
    discard,
    move_in,
    part_path,
    private_folder,
    trouble,
    trouble_code,
    write_durably,
)
from nodebuilder.storage.formats import HEAD_BYTES, Kind, picture_size, sniff
from nodebuilder.storage.jsontext import dumps, loads
from nodebuilder.storage.serving import ServedFile, from_memory, look_up, not_found, safe_path
from nodebuilder.storage.spill import Spill, Spilled
from nodebuilder.storage.tables import assets
from nodebuilder.storage.upload import receive
from nodebuilder.values import Asset, to_json

_STALE_PART_SECONDS: Final = 3600
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """A file and what is known of it: when and from what it was made, or the name it was uploaded under."""

    asset: Asset
    created_at: float
    original_name: str
    sha256: str
    run_id: str | None
    about: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return it as the JSON object of the HTTP API."""
        return {
            **self.asset.as_json(),
            "created_at": self.created_at,
            "original_name": self.original_name,
            "about": dict(self.about),
        }


@dataclass(frozen=True, slots=True)
class AssetPage:
    """One page of files, newest first, and how many there are in all; `next` is what to pass as `before`, if more."""

    files: Sequence[AssetRecord]
    count: int
    total_size: int
    next: str | None


class AssetStore:
    """Keeps files in `servable/`; a method that takes `origin` begins URLs with it instead of the public URL."""

    def __init__(self, database: Database, settings: Settings, *, spill: Spill, redactor: Redactor) -> None:
        self._database = database
        self._settings = settings
        self._spill = spill
        self._redactor = redactor
        self._unrecorded: dict[str, AssetRecord] = {}
        self.folder: Final = settings.data_dir / "servable"

    def url(self, filename: str, origin: str | None = None) -> str:
        """Return the address under which a file is served."""
        return f"{(origin or self._settings.public_url).rstrip('/')}/servable/{filename}"

    async def save(self, data: bytes, *, prefix: str, about: Mapping[str, Any]) -> Asset:
        """Keep `data` under a new name that begins with `prefix`; `about` says where it came from (`run_id`, `node` …).

        Raises:
            StorageError: the data folder cannot take it (codes `disk_full`, `read_only`, `storage`). The bytes are kept
                elsewhere, can be fetched under the URL that the message names, and are moved in when space returns.
        """
        return await self._database.finish(self._save(data, prefix, about))

    async def upload(self, chunks: AsyncIterable[bytes], original_name: str) -> AssetRecord:
        """Keep a picture that a person sent; its type comes from its bytes, its name is only noted.

        Raises:
            StorageError: code `too_large`, `empty_file`, `not_an_image`, `image_too_large`, `image_truncated`,
                `image_damaged`, `disk_full` or `read_only`; nothing is kept.
        """
        limits = self._settings
        part, info, digest = await receive(chunks, self.folder, limits.max_upload_bytes, limits.max_image_pixels)
        kind = sniff(info.head)
        try:
            path = await asyncio.to_thread(move_in, part, self.folder, lambda: _new_name("upload", kind))
        except OSError as error:
            discard(part)
            raise _cannot_keep(error) from error
        asset = Asset(path.name, self.url(path.name), kind.media_type, info.size, info.width, info.height)
        record = AssetRecord(asset, time.time(), clean_name(original_name), digest, None, {})
        await self._record(record)
        return record

    async def list(self, *, limit: int = 100, before: str | None = None, origin: str | None = None) -> AssetPage:
        """Return a page of files, newest first, those after the file `before`."""
        limit = max(1, min(limit, 1000))
        query = select(assets).order_by(assets.c.created_at.desc(), assets.c.filename.desc()).limit(limit + 1)
        if before is not None:
            at = select(assets.c.created_at).where(assets.c.filename == before).scalar_subquery()
            query = query.where(
                or_(assets.c.created_at < at, and_(assets.c.created_at == at, assets.c.filename < before))
            )
        rows = await self._database.rows(query)
        total = await self._database.row(select(func.count(), func.coalesce(func.sum(assets.c.size), 0)))
        files = [self._from_row(row, origin) for row in rows[:limit]]
        count, size = (int(total[0]), int(total[1])) if total else (0, 0)
        return AssetPage(files, count, size, files[-1].asset.filename if len(rows) > limit else None)

    async def info(self, filename: str, *, origin: str | None = None) -> AssetRecord:
        """Return what is known of a file; raises `StorageError` (`not_found`) when there is none."""
        await asyncio.to_thread(safe_path, self.folder, filename)
        row = await self._database.row(select(assets).where(assets.c.filename == filename))
        if row is None:
            await self._adopt(filename)
            row = await self._database.row(select(assets).where(assets.c.filename == filename))
        if row is None:
            raise not_found(filename)
        return self._from_row(row, origin)

    async def delete(self, filename: str) -> None:
        """Delete a file for good; raises `StorageError` (`not_found`) when there is none."""
        spilled = self._spill.find("servable", filename)
        if spilled is not None:
            await asyncio.to_thread(self._spill.drop, spilled)
        else:
            await asyncio.to_thread(self._unlink, filename)
        await self._database.execute(delete(assets).where(assets.c.filename == filename))

    async def open_for_serving(self, filename: str) -> ServedFile:
        """Return a file that can be sent out (read it through its `open()`), also one that waits for space.

        Raises:
            StorageError: there is no such file (`not_found`): every name that is not plainly that of a servable file.
        """
        try:
            return await asyncio.to_thread(look_up, self.folder, filename)
        except StorageError:
            spilled = self._spill.find("servable", filename)
            if spilled is None:
                raise
            data = await asyncio.to_thread(spilled.read)
            return from_memory(filename, data, sniff(data), spilled.created_at)

    async def read(self, filename: str) -> bytes:
        """Return the bytes of a file; raises `StorageError` (`not_found`) when there is none."""
        served = await self.open_for_serving(filename)

        def read() -> bytes:
            with served.open() as file:
                return file.read()

        return await asyncio.to_thread(read)

    def spilled(self) -> list[Spilled]:
        """Return the files and answers that wait for space in the data folder."""
        return self._spill.waiting()

    def needs_retry(self) -> bool:
        """Say whether something waits for its place, or to be recorded."""
        self._spill.rescan()
        return bool(self._unrecorded or self._spill.waiting())

    async def retry_spilled(self) -> list[str]:
        """Move what waits to its place, as far as there is room now, and return the names of what was moved."""
        for record in list(self._unrecorded.values()):
            await self._record(record)
        await asyncio.to_thread(self._spill.rescan)
        return await self._database.finish(self._land_all())

    async def reconcile(self) -> None:
        """Bring the records in line with the folder: files put there are adopted, records of vanished files go."""
        on_disk = await asyncio.to_thread(self._scan)
        rows = await self._database.rows(select(assets.c.filename))
        recorded = {row.filename for row in rows}
        for filename in sorted(on_disk - recorded):
            await self._adopt(filename)
        for filename in sorted(recorded - on_disk):
            log.warning("The file %s is gone from %s", filename, self.folder)
            await self._database.execute(delete(assets).where(assets.c.filename == filename))

    async def _save(self, data: bytes, prefix: str, about: Mapping[str, Any]) -> Asset:
        kind = sniff(data[:HEAD_BYTES])
        facts = self._redactor.value(to_json(dict(about)))
        try:
            path = await asyncio.to_thread(self._place, data, lambda: _new_name(prefix, kind))
        except OSError as error:
            filename = _new_name(prefix, kind)
            item = await asyncio.to_thread(self._spill.put, "servable", filename, data, facts)
            raise _kept_elsewhere(error, item, self.url(filename)) from error
        record = self._describe(path.name, data, facts, time.time())
        await self._record(record)
        return record.asset

    def _place(self, data: bytes, name: Any) -> Path:
        self._make_folder()
        part = part_path(self.folder)
        try:
            write_durably(part, data)
            return move_in(part, self.folder, name)
        finally:
            discard(part)

    async def _land_all(self) -> list[str]:
        landed: list[str] = []
        for item in self._spill.waiting():
            data = await asyncio.to_thread(item.read)
            try:
                await asyncio.to_thread(_land, self._settings.data_dir / item.folder, item.name, data)
            except OSError:
                continue
            if item.folder == "servable":
                await self._record(self._describe(item.name, data, item.about, item.created_at))
            await asyncio.to_thread(self._spill.drop, item)
            log.info("%s/%s has found its place", item.folder, item.name)
            landed.append(item.name)
        return landed

    def _describe(self, filename: str, data: bytes, about: Mapping[str, Any], created_at: float) -> AssetRecord:
        kind = sniff(data[:HEAD_BYTES])
        width, height = picture_size(data)
        asset = Asset(filename, self.url(filename), kind.media_type, len(data), width, height)
        run_id = about.get("run_id", about.get("run"))
        original_name = clean_name(str(about.get("original_name", "")))
        digest = hashlib.sha256(data).hexdigest()
        return AssetRecord(asset, created_at, original_name, digest, str(run_id) if run_id else None, about)

    async def _record(self, record: AssetRecord) -> None:
        """Note what is known of a file; when the database cannot take it, that is tried again later."""
        asset = record.asset
        row = {
            "filename": asset.filename,
            "media_type": asset.media_type,
            "size": asset.size,
            "width": asset.width,
            "height": asset.height,
            "sha256": record.sha256,
            "created_at": record.created_at,
            "original_name": record.original_name,
            "run_id": record.run_id,
            "about": dumps(dict(record.about)),
        }
        try:
            await self._database.execute(assets.insert().values(row))
        except IntegrityError:
            pass  # it was adopted in between
        except StorageError as error:
            log.warning("The file %s is kept, but could not be recorded: %s", asset.filename, error)
            self._unrecorded[asset.filename] = record
            return
        self._unrecorded.pop(asset.filename, None)

    async def _adopt(self, filename: str) -> None:
        """Record a file that was put into the folder by other means, or whose record was lost in a crash."""
        known = self._unrecorded.get(filename)
        if known is None:
            try:
                served = await asyncio.to_thread(look_up, self.folder, filename)
                known = self._describe(filename, await self.read(filename), {}, served.modified_at)
            except StorageError:
                return
        await self._record(known)

    def _from_row(self, row: Row[Any], origin: str | None) -> AssetRecord:
        url = self.url(row.filename, origin)
        asset = Asset(row.filename, url, row.media_type, row.size, row.width, row.height)
        return AssetRecord(asset, row.created_at, row.original_name, row.sha256, row.run_id, loads(row.about))

    def _make_folder(self) -> None:
        private_folder(self.folder)

    def _unlink(self, filename: str) -> None:
        try:
            safe_path(self.folder, filename).unlink()
        except FileNotFoundError:
            raise not_found(filename) from None
        except OSError as error:
            raise StorageError(
                f"The file {filename} cannot be deleted: {trouble(error)}.",
                "Make the folder writable and try again.",
                code=trouble_code(error),
            ) from error

    def _scan(self) -> set[str]:
        """Return the names that can be served; what a crash left half-written is removed once it is old."""
        names: set[str] = set()
        self._make_folder()
        for path in self.folder.iterdir():
            half = path.name.startswith(".") and path.name.endswith(PART_SUFFIX)
            try:
                status = path.lstat()
                old = status.st_mtime < time.time() - _STALE_PART_SECONDS
                if (half or not status.st_size) and path.is_file():
                    path.unlink() if old else None
                    continue
                names.add(safe_path(self.folder, path.name).name)
            except (OSError, StorageError):
                continue
        return names


def clean_name(name: str) -> str:
    """Return the name of an uploaded file as it may be shown: without folders and control characters."""
    base = re.split(r"[\\/]", name)[-1]
    return "".join(char for char in base if char.isprintable())[:255]


def _new_name(prefix: str, kind: Kind) -> str:
    prefix = re.sub(r"[^a-z0-9]+", "_", prefix.lower()).strip("_")[:60] or "file"
    return f"{prefix}_{secrets.token_hex(4)}.{kind.extension}"


def _land(folder: Path, name: str, data: bytes) -> None:
    """Put spilled bytes under the name they were promised; another file that has it is left alone."""
    private_folder(folder)
    if (folder / name).exists():
        if (folder / name).read_bytes() == data:
            return
        raise FileExistsError(name)
    part = part_path(folder)
    try:
        write_durably(part, data)
        move_in(part, folder, lambda: name)
    finally:
        discard(part)


def _kept_elsewhere(error: OSError, item: Spilled, url: str) -> StorageError:
    return StorageError(
        f"The picture was made, but {trouble(error)}: it is kept in {item.place} for now.",
        f"Download it from {url}, or free some space: it is then put in its place by itself.",
        code=trouble_code(error),
    )


def _cannot_keep(error: OSError) -> StorageError:
    return StorageError(
        f"The file cannot be kept: {trouble(error)}.", "Free some space and try again.", code=trouble_code(error)
    )


def with_origin(asset: Asset, origin: str) -> Asset:
    """Return the asset with its URL beginning with `origin`."""
    return replace(asset, url=f"{origin.rstrip('/')}/servable/{asset.filename}")
