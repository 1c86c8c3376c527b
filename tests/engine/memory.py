"""Receipts, files and keys kept in memory, for tests of the engine alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nodebuilder.engine.services import Services
from nodebuilder.engine.store import CallKey, Made, ReceiptRecord, ReceiptState
from nodebuilder.errors import Charged, StorageError
from nodebuilder.values import Asset, Secret


@dataclass
class MemoryLedger:
    """Receipts in a dictionary; `disk_full` makes keeping an answer fail."""

    records: dict[tuple[str, str, str, int], ReceiptRecord] = field(default_factory=dict)
    opened: list[dict[str, Any]] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    asked_since: list[float] = field(default_factory=list)
    spent_before: float = 0.0
    disk_full: bool = False

    async def open(
        self, key: CallKey, *, run_id: str, provider: str, model: str, request: Mapping[str, Any]
    ) -> ReceiptRecord:
        self.opened.append({"run_id": run_id, "provider": provider, "model": model, "request": request, "key": key})
        place = (key.root, key.node, key.fingerprint, key.ordinal)
        return self.records.setdefault(place, ReceiptRecord(f"r{len(self.records)}", "intent", charged="no"))

    async def made(self, root: str, node: str, fingerprint: str) -> list[Made]:
        keys = [each["key"] for each in reversed(self.opened)]
        places = {
            key.ordinal: key.place for key in keys if (key.root, key.node, key.fingerprint) == (root, node, fingerprint)
        }
        return [
            Made(number, places.get(number, ""), record.state in ("kept", "done"))
            for (of_root, of_node, print_, number), record in self.records.items()
            if (of_root, of_node, print_) == (root, node, fingerprint)
        ]

    async def mark_sent(self, receipt_id: str) -> None:
        self._change(receipt_id, state="sent", charged="unknown")

    async def keep(self, receipt_id: str, raw: bytes) -> None:
        if self.disk_full:
            raise StorageError("The disk is full.", "Free some space.", code="disk_full")
        self._change(receipt_id, state="kept", raw=raw, charged="yes")

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
        self.details.append(detail)
        self._change(receipt_id, state=state, charged=charged, cost_usd=cost_usd, asset=asset)

    async def spent_since(self, epoch_seconds: float) -> float:
        self.asked_since.append(epoch_seconds)
        return self.spent_before + sum(record.cost_usd or 0.0 for record in self.records.values())

    def _change(self, receipt_id: str, **changes: Any) -> None:
        place = next(place for place, record in self.records.items() if record.id == receipt_id)
        self.records[place] = replace(self.records[place], **changes)

    @property
    def all(self) -> list[ReceiptRecord]:
        return list(self.records.values())


@dataclass
class MemoryAssets:
    saved: list[bytes] = field(default_factory=list)
    about: list[Mapping[str, Any]] = field(default_factory=list)

    async def save(self, data: bytes, *, prefix: str, about: Mapping[str, Any]) -> Asset:
        self.saved.append(data)
        self.about.append(about)
        name = f"{prefix}_{len(self.saved):08x}.bin"
        return Asset(name, f"http://localhost:8000/servable/{name}", "application/octet-stream", len(data))


@dataclass
class MemoryKeys:
    keys: dict[str, str] = field(default_factory=dict)

    async def resolve(self, name: str, provider: str, *, given: bool = False) -> Secret:
        value = self.keys.get(name or provider, "")
        if given and name and not value:
            return Secret(name, "given")
        return Secret(value, "secret" if value else "")


@dataclass
class Memory:
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    assets: MemoryAssets = field(default_factory=MemoryAssets)
    keys: MemoryKeys = field(default_factory=MemoryKeys)
    providers: dict[Any, object] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        return Services(self.providers, self.ledger, self.assets, self.keys)
