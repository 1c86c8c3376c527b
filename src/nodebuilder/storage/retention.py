"""Deleting old files by the rule that the person set, and never one that is in use."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, select

from nodebuilder.errors import StorageError
from nodebuilder.settings import Settings
from nodebuilder.storage.assets import AssetStore
from nodebuilder.storage.database import Database
from nodebuilder.storage.eventlog import EventLog
from nodebuilder.storage.tables import assets, events, runs, workflow_versions, workflows

_FILENAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,100}_[0-9a-f]{8}\.[a-z0-9]{1,8}")
_TELLING: Final = ("output_sent", "displayed", "preview_shown")
DAY_SECONDS: Final = 86_400.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PrunedFile:
    """A file that was deleted, or would be."""

    filename: str
    size: int
    created_at: float


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What a pruning deleted (or, in a dry run, would delete), and what it spared because it is in use."""

    files: Sequence[PrunedFile]
    in_use: Sequence[PrunedFile]
    dry_run: bool

    @property
    def size(self) -> int:
        """The bytes that are freed."""
        return sum(file.size for file in self.files)


class Retention:
    """Applies the setting `retention` to the servable directory."""

    def __init__(
        self, database: Database, settings: Settings, store: AssetStore, told: EventLog, *, session_start: float
    ) -> None:
        self._database = database
        self._settings = settings
        self._assets = store
        self._told = told
        self._session_start = session_start

    async def prune(self, *, dry_run: bool = False, ending: bool = False) -> PruneReport:
        """Delete the files that the rule no longer keeps; `ending` says that the session is over.

        Never deleted: files of running runs, and files that a saved workflow names in its newest version.
        """
        due = await self._due(ending=ending)
        used = await self.in_use() if due else set[str]()
        spared = [file for file in due if file.filename in used]
        doomed = [file for file in due if file.filename not in used]
        deleted = doomed if dry_run else [file for file in doomed if await self._delete(file)]
        return PruneReport(deleted, spared, dry_run)

    async def in_use(self) -> set[str]:
        """Return the names of the files that running runs have made or been given, or that saved workflows name."""
        await self._told.flush()
        running = select(runs.c.id).where(runs.c.status == "running")
        made = await self._database.rows(select(assets.c.filename).where(assets.c.run_id.in_(running)))
        used = {str(row.filename) for row in made}
        newest = and_(
            workflow_versions.c.workflow_id == workflows.c.id, workflow_versions.c.version == workflows.c.version
        )
        for query in (
            select(runs.c.document).where(runs.c.status == "running"),
            select(events.c.body).where(events.c.run_id.in_(running), events.c.kind.in_(_TELLING)),
            select(workflow_versions.c.document).join(workflows, newest),
        ):
            for row in await self._database.rows(query):
                used.update(_FILENAME.findall(row[0]))
        return used

    async def _due(self, *, ending: bool) -> list[PrunedFile]:
        created = assets.c.created_at
        query = select(assets.c.filename, assets.c.size, created).order_by(created, assets.c.filename)
        match self._settings.retention:
            case "keep":
                return []
            case "session":
                query = query if ending else query.where(created < self._session_start)
            case "max_age":
                query = query.where(created < time.time() - self._settings.retention_max_age_days * DAY_SECONDS)
            case "max_bytes":
                return list(_beyond(await self._files(query), self._settings.retention_max_bytes))
        return await self._files(query)

    async def _files(self, query: Any) -> list[PrunedFile]:
        return [PrunedFile(row.filename, row.size, row.created_at) for row in await self._database.rows(query)]

    async def _delete(self, file: PrunedFile) -> bool:
        try:
            await self._assets.delete(file.filename)
        except StorageError as error:
            log.warning("Retention could not delete %s: %s", file.filename, error)
            return False
        log.info("Retention (%s) deleted %s (%d bytes)", self._settings.retention, file.filename, file.size)
        return True


def _beyond(files: list[PrunedFile], limit: int) -> Iterator[PrunedFile]:
    """Yield the oldest files that must go for the rest to stay within `limit` bytes."""
    total = sum(file.size for file in files)
    for file in files:
        if total <= limit:
            return
        total -= file.size
        yield file
