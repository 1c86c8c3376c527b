"""What runs tell, written in batches behind their backs: the engine never waits for the disk."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.errors import StorageError
from nodebuilder.events import CostAdded, Event, NodeFired, RunFinished
from nodebuilder.redaction import Redactor
from nodebuilder.storage.database import Database
from nodebuilder.storage.jsontext import dumps, loads
from nodebuilder.storage.tables import events, runs
from nodebuilder.values import JSON

BATCH_SECONDS: Final = 0.05
BATCH_EVENTS: Final = 500
MAX_BUFFERED: Final = 100_000
"""With more events than these waiting for a disk that refuses, the oldest are given up."""
_RETRY_SECONDS: Final = 1.0
RESULT_KEYS: Final = ("outputs", "displayed", "errors", "waiting")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was kept; `body` is its JSON text."""

    run_id: str
    seq: int
    kind: str
    at: float
    body: str

    def as_json(self) -> dict[str, Any]:
        """Return the event as the JSON object of the wire."""
        return cast("dict[str, Any]", loads(self.body))


Told = tuple[Event, dict[str, JSON]]


class EventLog:
    """Takes events at once and keeps them within a tenth of a second, keys redacted; reads them back in order."""

    def __init__(self, database: Database, redactor: Redactor) -> None:
        self._database = database
        self._redactor = redactor
        self._pending: list[Told] = []
        self._wake = asyncio.Event()
        self._full = asyncio.Event()
        self._one_writer = asyncio.Lock()
        self._writer: asyncio.Task[None] | None = None

    def record(self, event: Event) -> None:
        """Take an event; returns at once. The end of a run is noted with its run in the same step."""
        self._pending.append((event, event.as_json()))
        self._wake.set()
        if len(self._pending) >= BATCH_EVENTS:
            self._full.set()
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_on())

    async def flush(self) -> None:
        """Return when all events taken so far are kept; raises `StorageError` when they cannot be."""
        async with self._one_writer:
            while self._pending:
                await self._write_batch()

    async def since(self, run_id: str, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        """Return the events of a run that come after number `after`, in order, also those just taken."""
        await self.catch_up()
        query = select(events).where(events.c.run_id == run_id, events.c.seq > after).order_by(events.c.seq)
        rows = await self._database.rows(query.limit(limit))
        return [StoredEvent(row.run_id, row.seq, row.kind, row.at, row.body) for row in rows]

    async def of_kinds(self, run_id: str, kinds: Sequence[str]) -> list[StoredEvent]:
        """Return all events of a run that are of these kinds, in order."""
        await self.catch_up()
        query = select(events).where(events.c.run_id == run_id, events.c.kind.in_(kinds)).order_by(events.c.seq)
        rows = await self._database.rows(query)
        return [StoredEvent(row.run_id, row.seq, row.kind, row.at, row.body) for row in rows]

    async def last_seq(self, run_id: str) -> int:
        """Return the number of the last event of a run (0: there is none)."""
        await self.catch_up()
        row = await self._database.row(select(func.max(events.c.seq)).where(events.c.run_id == run_id))
        return int(row[0] or 0) if row else 0

    async def close(self) -> None:
        """Keep what is still waiting and stop."""
        if self._writer is not None:
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
            self._writer = None
        try:
            await self.flush()
        except StorageError as error:
            log.error("%d events could not be kept: %s", len(self._pending), error)  # noqa: TRY400 - said in full

    async def catch_up(self) -> None:
        """Keep what is waiting, if the disk takes it; reading goes on with what is there if not."""
        if self._pending or self._one_writer.locked():
            with contextlib.suppress(StorageError):
                await self.flush()

    async def _write_on(self) -> None:
        while True:
            await self._wake.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), BATCH_SECONDS)
            self._wake.clear()
            self._full.clear()
            try:
                await self.flush()
            except StorageError as error:
                log.warning("Events cannot be kept at the moment: %s", error)
                self._wake.set()
                await asyncio.sleep(_RETRY_SECONDS)

    async def _write_batch(self) -> None:
        batch, self._pending = self._pending[: 4 * BATCH_EVENTS], self._pending[4 * BATCH_EVENTS :]
        try:
            await self._database.finish(self._keep(batch))
        except Exception as error:
            self._pending[:0] = batch
            if len(self._pending) > MAX_BUFFERED:
                log.error("%d events are given up", len(self._pending) - MAX_BUFFERED)  # noqa: TRY400 - said in full
                del self._pending[:-MAX_BUFFERED]
            if isinstance(error, StorageError):
                raise
            # Such as a thread that cannot be started: none of it may end the writer, for nothing would be kept again.
            raise StorageError(
                f"What runs tell cannot be written: {type(error).__name__}: {error}",
                "It is tried again by itself; if this goes on, start the server again.",
            ) from error

    async def _keep(self, batch: list[Told]) -> None:
        rows = await asyncio.to_thread(self._rows, batch)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(events.insert(), rows)
            await self._note_runs(connection, batch)

        try:
            await self._database.write(work)
        except IntegrityError:
            if len(batch) == 1:
                log.error("Event %s of run %s came twice", batch[0][0].seq, batch[0][0].run_id)  # noqa: TRY400 - said in full
                return
            for told in batch:
                await self._keep([told])

    def _rows(self, batch: list[Told]) -> list[dict[str, Any]]:
        return [
            {
                "run_id": event.run_id,
                "seq": event.seq,
                "kind": event.kind,
                "at": event.at,
                "body": dumps(self._redactor.value(wire)),
            }
            for event, wire in batch
        ]

    async def _note_runs(self, connection: AsyncConnection, batch: list[Told]) -> None:
        """Bring cost, firings and the end of the runs up to date with these events."""
        fired: dict[str, int] = {}
        spent: dict[str, float] = {}
        for event, _ in batch:
            if isinstance(event, NodeFired):
                fired[event.run_id] = fired.get(event.run_id, 0) + 1
            elif isinstance(event, CostAdded) and event.usd is not None:
                spent[event.run_id] = spent.get(event.run_id, 0.0) + event.usd
        for run_id in fired.keys() | spent.keys():
            changes: dict[str, Any] = {"firings": runs.c.firings + fired.get(run_id, 0)}
            if run_id in spent:
                changes["cost_usd"] = func.coalesce(runs.c.cost_usd, 0.0) + spent[run_id]
            await connection.execute(update(runs).where(runs.c.id == run_id).values(changes))
        for event, wire in batch:
            if isinstance(event, RunFinished):
                await connection.execute(update(runs).where(runs.c.id == event.run_id).values(self._end(event, wire)))

    def _end(self, event: RunFinished, wire: dict[str, JSON]) -> dict[str, Any]:
        return {
            "status": event.status,
            "finished_at": event.at,
            "cost_usd": event.cost_usd,
            "firings": event.firings,
            "result": dumps(self._redactor.value({key: wire[key] for key in RESULT_KEYS})),
        }
