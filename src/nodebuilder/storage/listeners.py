"""Which saved workflows listen, and since when; it outlives the server."""

from __future__ import annotations

import time

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.storage.database import Database
from nodebuilder.storage.tables import listeners, schedule_state


class ListenerStore:
    """Keeps the ids of the workflows that listen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, float]:
        """Return the workflows that listen, each with when that began, in seconds since 1970, oldest first."""
        rows = await self._database.rows(select(listeners).order_by(listeners.c.since, listeners.c.workflow_id))
        return {row.workflow_id: row.since for row in rows}

    async def add(self, workflow_id: str) -> float:
        """Note that a workflow listens and return since when; one that listens already goes on as it began."""

        async def work(connection: AsyncConnection) -> float:
            mine = select(listeners.c.since).where(listeners.c.workflow_id == workflow_id)
            row = (await connection.execute(mine)).first()
            if row is not None:
                return float(row.since)
            now = time.time()
            await connection.execute(listeners.insert().values(workflow_id=workflow_id, since=now))
            return now

        return await self._database.write(work)

    async def remove(self, workflow_id: str) -> None:
        """Note that a workflow listens no more: what its schedules had dealt with is forgotten, too."""

        async def work(connection: AsyncConnection) -> None:
            for table in (listeners, schedule_state):
                await connection.execute(delete(table).where(table.c.workflow_id == workflow_id))

        await self._database.write(work)
