"""What the display panel of each saved workflow holds: messages of a person and what runs showed, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.storage.database import Database
from nodebuilder.storage.jsontext import dumps, loads
from nodebuilder.storage.tables import display_entries

KEPT_ENTRIES: Final = 2000
"""Older entries of a workflow than these are dropped."""


class DisplayStore:
    """Keeps entries as JSON, workflow by workflow."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(self, workflow_id: str) -> list[dict[str, Any]]:
        """Return the entries of a workflow, oldest first; none for one that has shown nothing."""
        table = display_entries
        query = select(table.c.body).where(table.c.workflow_id == workflow_id).order_by(table.c.id)
        return [cast("dict[str, Any]", loads(row.body)) for row in await self._database.rows(query)]

    async def append(self, workflow_id: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Add entries at the end."""

        async def work(connection: AsyncConnection) -> None:
            await _insert(connection, workflow_id, entries)
            await _drop_oldest(connection, workflow_id)

        await self._database.write(work)

    async def replace(self, workflow_id: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Put these entries in the place of all there were."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(display_entries).where(display_entries.c.workflow_id == workflow_id))
            await _insert(connection, workflow_id, entries[-KEPT_ENTRIES:])

        await self._database.write(work)


async def _insert(connection: AsyncConnection, workflow_id: str, entries: Sequence[Mapping[str, Any]]) -> None:
    rows = [{"workflow_id": workflow_id, "body": dumps(entry)} for entry in entries]
    if rows:
        await connection.execute(display_entries.insert(), rows)


async def _drop_oldest(connection: AsyncConnection, workflow_id: str) -> None:
    table = display_entries
    mine = select(table.c.id).where(table.c.workflow_id == workflow_id).order_by(table.c.id.desc())
    oldest_kept = (await connection.execute(mine.offset(KEPT_ENTRIES - 1).limit(1))).scalar()
    if oldest_kept is not None:
        old = delete(table).where(table.c.workflow_id == workflow_id, table.c.id < oldest_kept)
        await connection.execute(old)
