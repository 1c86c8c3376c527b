"""What a person changed in the settings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.storage.database import Database
from nodebuilder.storage.jsontext import dumps, loads
from nodebuilder.storage.tables import preferences
from nodebuilder.values import JSON


class Preferences:
    """Keeps JSON values by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, JSON]:
        """Return all values by key."""
        rows = await self._database.rows(select(preferences).order_by(preferences.c.key))
        return {row.key: cast("JSON", loads(row.value)) for row in rows}

    async def get(self, key: str) -> JSON:
        """Return one value; None when there is none."""
        row = await self._database.row(select(preferences.c.value).where(preferences.c.key == key))
        return cast("JSON", loads(row.value)) if row is not None else None

    async def change(self, changes: Mapping[str, JSON]) -> None:
        """Set these values, all of them or none; None removes a key."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(preferences).where(preferences.c.key.in_(list(changes))))
            now = time.time()
            rows = [
                {"key": key, "value": dumps(value), "updated_at": now}
                for key, value in changes.items()
                if value is not None
            ]
            if rows:
                await connection.execute(preferences.insert(), rows)

        await self._database.write(work)
