"""Receipts: a record of every paid call before money can be spent, and its answer on disk before it is decoded."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ColumnElement

from nodebuilder.engine.store import CallKey, Made, ReceiptRecord, ReceiptState
from nodebuilder.errors import Charged, StorageError
from nodebuilder.redaction import Redactor
from nodebuilder.storage.database import Database
from nodebuilder.storage.files import free_bytes, private_folder, replace, trouble, trouble_code
from nodebuilder.storage.jsontext import dumps, loads
from nodebuilder.storage.spill import Spill
from nodebuilder.storage.tables import assets, receipts
from nodebuilder.values import Asset, to_json

MIN_FREE_BYTES: Final = 8 * 1024 * 1024
"""With less room than this on the disk no new paid call begins."""
_ID: Final = re.compile(r"[0-9a-f]{32}")
_BEFORE: Final[Mapping[ReceiptState, tuple[ReceiptState, ...]]] = {
    "sent": ("intent", "refused", "unknown"),
    "kept": ("sent", "unknown", "kept"),
    "done": ("kept", "sent", "done"),
    "refused": ("intent", "sent", "kept", "refused"),
    "unknown": ("sent", "unknown"),
}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as a person reads it."""

    id: str
    root: str
    run_id: str
    node: str
    firing: int
    ordinal: int
    provider: str
    model: str
    request: Any
    state: ReceiptState
    charged: Charged
    cost_usd: float | None
    detail: str
    asset: str | None
    created_at: float
    updated_at: float

    def as_json(self) -> dict[str, Any]:
        """Return the receipt as the JSON object of the HTTP API; `asset` is a filename."""
        return {name: getattr(self, name) for name in self.__slots__}


class ReceiptLedger:
    """Keeps receipts in the database and the raw answers as files `receipts/<id>.raw`."""

    def __init__(
        self, database: Database, data_dir: Path, *, public_url: str, spill: Spill, redactor: Redactor
    ) -> None:
        self._database = database
        self._folder = data_dir / "receipts"
        self._public_url = public_url.rstrip("/")
        self._spill = spill
        self._redactor = redactor

    async def open(
        self, key: CallKey, *, run_id: str, provider: str, model: str, request: Mapping[str, Any]
    ) -> ReceiptRecord:
        """Return the receipt of this call if there is one (with its raw bytes), else a new one in state `intent`.

        Raises:
            StorageError: the disk is full or cannot be written (codes `disk_full`, `read_only`): nothing was called.
        """
        if (known := await self._find(key)) is not None:
            return known
        await asyncio.to_thread(self._ensure_room)
        now = time.time()
        receipt_id = uuid4().hex
        row = {
            "id": receipt_id,
            "root": key.root,
            "run_id": run_id,
            "node": key.node,
            "firing": key.firing,
            "ordinal": key.ordinal,
            "fingerprint": key.fingerprint,
            "place": key.place,
            "provider": provider,
            "model": model,
            "request": dumps(self._redactor.value(to_json(dict(request)))),
            "state": "intent",
            "charged": "no",
            "detail": "",
            "created_at": now,
            "updated_at": now,
        }
        try:
            await self._database.execute(receipts.insert().values(row))
        except IntegrityError:
            if (known := await self._find(key)) is not None:
                return known
            raise
        return ReceiptRecord(receipt_id, "intent", charged="no")

    async def made(self, root: str, node: str, fingerprint: str) -> list[Made]:
        """Return the equal calls of a node that have a receipt under `root`."""
        equal = (receipts.c.root == root, receipts.c.node == node, receipts.c.fingerprint == fingerprint)
        query = select(receipts.c.ordinal, receipts.c.place, receipts.c.state).where(*equal)
        rows = await self._database.rows(query)
        return [Made(row.ordinal, row.place, row.state in ("kept", "done")) for row in rows]

    async def mark_sent(self, receipt_id: str) -> None:
        """Note that the request is about to leave: from here on it may have been charged."""
        await self._move(receipt_id, "sent", charged="unknown", detail="")

    async def keep(self, receipt_id: str, raw: bytes) -> None:
        """Put the raw bytes of the answer on disk and note state `kept`.

        When the data folder cannot take them they are kept elsewhere (see `spill`) and moved here later; the caller
        goes on. That the bytes are there counts more than the state: `open` finds them whatever the record says.
        """
        path = self._raw_path(receipt_id)
        try:
            await self._database.finish(asyncio.to_thread(_keep_file, path, raw))
        except OSError:
            await asyncio.to_thread(self._spill.put, "receipts", path.name, raw, {})
        try:
            await self._move(receipt_id, "kept", charged="yes")
        except StorageError as error:
            if error.code == "receipt_state":
                raise
            log.warning("The answer of receipt %s is kept, but that could not be noted: %s", receipt_id, error)

    async def close(
        self,
        receipt_id: str,
        state: ReceiptState,
        *,
        charged: Charged,
        cost_usd: float | None = None,
        detail: str = "",
        asset: Asset | None = None,
    ) -> None:
        """End the receipt as `done`, `refused` or `unknown`."""
        await self._move(
            receipt_id,
            state,
            charged=charged,
            cost_usd=cost_usd,
            detail=self._redactor.text(detail),
            asset=asset.filename if asset else None,
        )

    async def spent_since(self, epoch_seconds: float) -> float:
        """Return the US dollars that calls have cost since that time, over all runs."""
        total = func.coalesce(func.sum(receipts.c.cost_usd), 0.0)
        row = await self._database.row(select(total).where(receipts.c.updated_at >= epoch_seconds))
        return float(row[0]) if row else 0.0

    async def of_run(self, run_id: str) -> list[Receipt]:
        """Return the receipts of a run and of the runs that went on with it, oldest first."""
        query = select(receipts).where(or_(receipts.c.run_id == run_id, receipts.c.root == run_id))
        rows = await self._database.rows(query.order_by(receipts.c.created_at, receipts.c.id))
        return [_receipt(row) for row in rows]

    async def settle(self, run_ids: Iterable[str]) -> list[Receipt]:
        """Judge the calls of runs that were cut off: answered ones become `kept`, the others `unknown`; return them."""
        cut_off = and_(receipts.c.run_id.in_(list(run_ids)), receipts.c.state == "sent")
        settled: list[Receipt] = []
        for row in await self._database.rows(select(receipts).where(cut_off)):
            answered = await asyncio.to_thread(self._read_raw, row.id) is not None
            detail = "" if answered else "The program ended before the answer came; the call may have been charged."
            state = "kept" if answered else "unknown"
            await self._move(row.id, state, charged="yes" if answered else "unknown", detail=detail)
            settled.append(_receipt((await self._database.rows(select(receipts).where(receipts.c.id == row.id)))[0]))
        return settled

    async def raw(self, receipt_id: str) -> bytes | None:
        """Return the raw answer of a receipt, or None when there is none."""
        return await asyncio.to_thread(self._read_raw, receipt_id)

    async def _find(self, key: CallKey) -> ReceiptRecord | None:
        query = (
            select(receipts, *(assets.c[name].label(f"file_{name}") for name in _ASSET_COLUMNS))
            .outerjoin(assets, assets.c.filename == receipts.c.asset)
            .where(_is_call(key))
        )
        row = await self._database.row(query)
        if row is None:
            return None
        raw = await asyncio.to_thread(self._read_raw, row.id)
        answered = raw is not None and row.state in ("sent", "unknown")
        return ReceiptRecord(
            row.id,
            "kept" if answered else row.state,
            raw=raw,
            charged="yes" if answered else row.charged,
            cost_usd=row.cost_usd,
            asset=self._asset(row),
        )

    def _asset(self, row: Row[Any]) -> Asset | None:
        if row.file_media_type is None:
            return None
        url = f"{self._public_url}/servable/{row.asset}"
        return Asset(row.asset, url, row.file_media_type, row.file_size, row.file_width, row.file_height)

    async def _move(self, receipt_id: str, state: ReceiptState, **changes: Any) -> None:
        """Change the state, if the present one allows it."""
        statement = (
            update(receipts)
            .where(receipts.c.id == receipt_id, receipts.c.state.in_(_BEFORE.get(state, ())))
            .values(state=state, updated_at=time.time(), **changes)
        )
        if not await self._database.execute(statement):
            raise StorageError(
                f"The receipt {receipt_id} cannot become {state!r} from where it stands.",
                "Look at the run's receipts; report this if you did nothing unusual.",
                code="receipt_state",
            )

    def _raw_path(self, receipt_id: str) -> Path:
        if not _ID.fullmatch(receipt_id):
            raise StorageError("This is not the id of a receipt.", "Take an id from the run.", code="not_found")
        return self._folder / f"{receipt_id}.raw"

    def _read_raw(self, receipt_id: str) -> bytes | None:
        path = self._raw_path(receipt_id)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            spilled = self._spill.find("receipts", path.name)
            return spilled.read() if spilled else None

    def _ensure_room(self) -> None:
        try:
            free = free_bytes(self._folder.parent)
        except OSError as error:
            raise StorageError(
                f"The paid call was not made, since its answer could not be kept: {trouble(error)}.",
                "Restore the data folder and restart the program.",
                code=trouble_code(error),
            ) from error
        if free < MIN_FREE_BYTES:
            raise StorageError(
                f"Only {free // 1024} KiB are free on the disk of {self._folder.parent}: the paid call was not made.",
                "Free some space and run again.",
                code="disk_full",
            )


_ASSET_COLUMNS: Final = ("media_type", "size", "width", "height")


def _is_call(key: CallKey) -> ColumnElement[bool]:
    return and_(
        receipts.c.root == key.root,
        receipts.c.node == key.node,
        receipts.c.ordinal == key.ordinal,
        receipts.c.fingerprint == key.fingerprint,
    )


def _keep_file(path: Path, raw: bytes) -> None:
    private_folder(path.parent)
    replace(path, raw)


def _receipt(row: Row[Any]) -> Receipt:
    values: Mapping[str, Any] = {name: getattr(row, name) for name in Receipt.__slots__}
    return Receipt(**{**values, "request": loads(values["request"])})


def receipts_json(found: Sequence[Receipt]) -> list[dict[str, Any]]:
    """Return receipts as the HTTP API lists them with a run."""
    names = ("node", "firing", "state", "model", "cost_usd", "charged", "detail", "created_at", "asset")
    return [{name: receipt.as_json()[name] for name in names} for receipt in found]
