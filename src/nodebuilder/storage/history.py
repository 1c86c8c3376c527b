"""Runs: what was run, what it told, how it ended, and which were cut off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, Row, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.errors import StorageError
from nodebuilder.redaction import Redactor
from nodebuilder.storage.database import Database
from nodebuilder.storage.eventlog import EventLog, StoredEvent
from nodebuilder.storage.jsontext import dumps, loads
from nodebuilder.storage.ledger import Receipt, ReceiptLedger, receipts_json
from nodebuilder.storage.lock import Session
from nodebuilder.storage.tables import events, receipts, runs

Status = Literal["running", "succeeded", "failed", "cancelled", "interrupted"]


def _cost() -> ColumnElement[float | None]:
    """Return what a run cost: as its last event said or, when that could not know, as its receipts say by now."""
    unpriced = func.sum(case((and_(receipts.c.charged != "no", receipts.c.cost_usd.is_(None)), 1), else_=0))
    added = case((unpriced > 0, None), else_=func.coalesce(func.sum(receipts.c.cost_usd), 0.0))
    of_run = receipts.c.run_id == runs.c.id
    ended_early = or_(
        runs.c.status.in_(("cancelled", "interrupted")), runs.c.finished_at.isnot(None) & runs.c.cost_usd.is_(None)
    )
    by_receipts = select(added).where(of_run).correlate(runs).scalar_subquery()
    return case((and_(ended_early, exists().where(of_run).correlate(runs)), by_receipts), else_=runs.c.cost_usd)


_SUMMARY: Final = (
    *(column for column in runs.c if column.name not in ("document", "result", "cost_usd")),
    _cost().label("cost_usd"),
)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in a list; `root` is the run whose receipts it uses: its own id, or that of the run it goes on with."""

    run_id: str
    root: str
    workflow_id: str | None
    name: str
    status: Status
    started_at: float
    finished_at: float | None
    cost_usd: float | None
    firings: int

    def as_json(self) -> dict[str, Any]:
        """Return it as the JSON object of the HTTP API."""
        names = ("run_id", "workflow_id", "name", "status", "started_at", "finished_at", "cost_usd", "firings")
        return {**{name: getattr(self, name) for name in names}, "asking": 0}


@dataclass(frozen=True, slots=True)
class RunDetail:
    """All that is kept of a run; of one that did not end, what it had told until then."""

    summary: RunSummary
    document: str
    outputs: dict[str, dict[str, Any]]
    displayed: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    waiting: list[dict[str, Any]]
    receipts: Sequence[Receipt]

    def as_json(self) -> dict[str, Any]:
        """Return it as the JSON object of the HTTP API (without the document)."""
        return {
            **self.summary.as_json(),
            "outputs": self.outputs,
            "displayed": self.displayed,
            "errors": self.errors,
            "waiting": self.waiting,
            "approvals": [],
            "receipts": receipts_json(self.receipts),
        }


class History:
    """Keeps runs and, through `events`, all that they tell."""

    def __init__(self, database: Database, ledger: ReceiptLedger, session: Session, redactor: Redactor) -> None:
        self._database = database
        self._ledger = ledger
        self._session = session
        self._redactor = redactor
        self.events: Final = EventLog(database, redactor)

    async def begin(
        self,
        run_id: str,
        *,
        document: str,
        name: str,
        workflow_id: str | None = None,
        root: str | None = None,
        request_id: str | None = None,
    ) -> str:
        """Note that a run begins, with the document that is run, and return its id.

        When a run was begun with the same `request_id` before, nothing is noted and the id of that run is returned.
        """
        values = {
            "id": run_id,
            "root": root or run_id,
            "request_id": request_id,
            "session": self._session.id,
            "workflow_id": workflow_id,
            "name": self._redactor.text(name),
            "document": self._redactor.known(document),
            "status": "running",
            "started_at": time.time(),
            "firings": 0,
        }
        try:
            await self._database.execute(runs.insert().values(values))
        except IntegrityError:
            if request_id and (
                row := await self._database.row(select(runs.c.id).where(runs.c.request_id == request_id))
            ):
                return str(row.id)
            raise
        return run_id

    async def list(
        self,
        *,
        limit: int = 50,
        before: str | None = None,
        status: Status | None = None,
        workflow_id: str | None = None,
    ) -> list[RunSummary]:
        """Return a page of runs (of one workflow), newest first: those that began before the run `before`."""
        await self.events.catch_up()
        query = select(*_SUMMARY).order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(max(1, min(limit, 500)))
        if status is not None:
            query = query.where(runs.c.status == status)
        if workflow_id is not None:
            query = query.where(runs.c.workflow_id == workflow_id)
        if before is not None:
            at = select(runs.c.started_at).where(runs.c.id == before).scalar_subquery()
            query = query.where(or_(runs.c.started_at < at, and_(runs.c.started_at == at, runs.c.id < before)))
        return [_summary(row) for row in await self._database.rows(query)]

    async def summary(self, run_id: str) -> RunSummary:
        """Return a run in short; raises `StorageError` (`not_found`)."""
        await self.events.catch_up()
        row = await self._database.row(select(*_SUMMARY).where(runs.c.id == run_id))
        if row is None:
            raise _not_found(run_id)
        return _summary(row)

    async def detail(self, run_id: str) -> RunDetail:
        """Return all that is kept of a run; raises `StorageError` (`not_found`)."""
        await self.events.catch_up()
        row = await self._database.row(select(*_SUMMARY, runs.c.document, runs.c.result).where(runs.c.id == run_id))
        if row is None:
            raise _not_found(run_id)
        result = loads(row.result) if row.result else await self._result_so_far(run_id)
        calls = await self._ledger.of_run(run_id)
        return RunDetail(_summary(row), row.document, **cast("dict[str, Any]", result), receipts=calls)

    async def first_like(self, run_id: str) -> float:
        """Return when the first run with the root and the document of this one began, in seconds since 1970."""
        this = runs.alias("this")
        like = (runs.c.root == this.c.root, runs.c.document == this.c.document)
        row = await self._database.row(select(func.min(runs.c.started_at)).where(this.c.id == run_id, *like))
        if row is None or row[0] is None:
            raise _not_found(run_id)
        return float(row[0])

    async def delete(self, run_id: str) -> None:
        """Forget a run that has ended and its events; receipts stay, for they say what was spent.

        Raises:
            StorageError: there is no such run (`not_found`), or it is running (`run_is_running`).
        """
        if (await self.summary(run_id)).status == "running":
            raise StorageError("The run is not over yet.", "Cancel it first.", code="run_is_running")

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(events).where(events.c.run_id == run_id))
            await connection.execute(delete(runs).where(runs.c.id == run_id))

        await self._database.write(work)

    async def recover(self) -> list[str]:
        """Mark as interrupted the runs whose process is gone, settle their receipts, and return their ids."""
        rows = await self._database.rows(select(runs.c.id, runs.c.session).where(runs.c.status == "running"))
        alive = {name: await asyncio.to_thread(self._session.is_alive, name) for name in {row.session for row in rows}}
        gone = [row.id for row in rows if not alive[row.session]]
        await self.interrupt(gone)
        return gone

    async def interrupt(self, run_ids: Sequence[str]) -> None:
        """Mark running runs as interrupted: with the results they had, and their open receipts settled."""
        await self._ledger.settle(run_ids)
        for run_id in run_ids:
            result = await self._result_so_far(run_id)
            last = select(func.max(events.c.at)).where(events.c.run_id == run_id).scalar_subquery()
            statement = update(runs).where(runs.c.id == run_id, runs.c.status == "running")
            finished_at = func.coalesce(last, runs.c.started_at)
            await self._database.execute(
                statement.values(status="interrupted", finished_at=finished_at, result=dumps(result))
            )

    async def _result_so_far(self, run_id: str) -> dict[str, Any]:
        return result_of(await self.events.of_kinds(run_id, ("output_sent", "displayed", "node_failed")))


def result_of(told: Sequence[StoredEvent]) -> dict[str, Any]:
    """Return outputs, displayed, errors and waiting as the events of an unfinished run tell them."""
    outputs: dict[str, Any] = {}
    displayed: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for event in told:
        body = event.as_json()
        match event.kind:
            case "output_sent":
                outputs[body["node"]] = body["outputs"]
            case "displayed":
                displayed.append({key: body[key] for key in ("node", "title", "content_type", "data")})
            case "node_failed" if not body.get("caught"):
                errors.append({key: body[key] for key in ("node", "message", "remedy", "code")})
            case _:
                pass
    return {"outputs": outputs, "displayed": displayed, "errors": errors, "waiting": []}


def _summary(row: Row[Any]) -> RunSummary:
    return RunSummary(
        row.id,
        row.root,
        row.workflow_id,
        row.name,
        row.status,
        row.started_at,
        row.finished_at,
        row.cost_usd,
        row.firings,
    )


def _not_found(run_id: str) -> StorageError:
    shown = run_id if len(run_id) <= 64 else run_id[:63] + "…"
    return StorageError(f"There is no run {shown!r}.", "Look at the list of runs.", code="not_found")
