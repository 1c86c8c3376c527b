"""How far each schedule of a workflow that listens has come; it outlives the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.storage.database import Database
from nodebuilder.storage.jsontext import dumps, loads
from nodebuilder.storage.tables import listeners, schedule_state


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """Where a schedule stands; all times are milliseconds since 1970.

    Attributes:
        rule: The timetable that it follows, as text: with another one it begins anew.
        anchor: From here steps are counted.
        dealt: Up to here all due times have been dealt with.
        passed: How many due times have been passed over since the last one that was not.
        pending: A due time that is to have a run and may not have it yet.
        before: How many due times were passed over before the pending one.
    """

    rule: str
    anchor: int
    dealt: int
    passed: int = 0
    pending: int | None = None
    before: int = 0


class ScheduleStore:
    """Keeps the state of schedules by workflow and node."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, workflow_id: str) -> dict[str, ScheduleState]:
        """Return the states of a workflow by node; none for one that did not listen until now."""
        table = schedule_state
        listens = select(listeners.c.workflow_id)
        query = select(table).where(table.c.workflow_id == workflow_id, table.c.workflow_id.in_(listens))
        return {row.node: _state(row.settings, row.due_at) for row in await self._database.rows(query)}

    async def replace(self, workflow_id: str, states: Mapping[str, ScheduleState]) -> None:
        """Keep these states of a workflow and no others."""
        rows = [{"workflow_id": workflow_id, "node": node, **_row(state)} for node, state in states.items()]

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(schedule_state).where(schedule_state.c.workflow_id == workflow_id))
            if rows:
                await connection.execute(schedule_state.insert(), rows)

        await self._database.write(work)

    async def note(self, workflow_id: str, node: str, state: ScheduleState) -> None:
        """Keep a new state of a schedule that has one; of any other, nothing is kept."""
        mine = (schedule_state.c.workflow_id == workflow_id, schedule_state.c.node == node)
        await self._database.execute(update(schedule_state).where(*mine).values(**_row(state)))


def _row(state: ScheduleState) -> dict[str, Any]:
    rest = {name: getattr(state, name) for name in ("rule", "anchor", "passed", "pending", "before")}
    return {"settings": dumps(rest), "due_at": state.dealt / 1000}


def _state(settings: str, due_at: float) -> ScheduleState:
    return ScheduleState(**cast("dict[str, Any]", loads(settings)), dealt=round(due_at * 1000))
