"""Saved workflows: every save is a version, and nobody overwrites what they have not seen."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.errors import StorageError
from nodebuilder.storage.database import Database
from nodebuilder.storage.deliveries import move_deliveries
from nodebuilder.storage.tables import (
    display_entries,
    listeners,
    runs,
    schedule_state,
    workflow_versions,
    workflows,
)

KEPT_VERSIONS: Final = 200
"""Older versions of a workflow than these are dropped."""
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_OWNED: Final = (display_entries, listeners, schedule_state)
"""What belongs to a workflow beside its versions, and goes when it goes."""


@dataclass(frozen=True, slots=True)
class WorkflowSummary:
    """A saved workflow in a list."""

    id: str
    name: str
    version: int
    updated_at: float

    def as_json(self) -> dict[str, Any]:
        """Return it as the JSON object of the HTTP API."""
        return {"id": self.id, "name": self.name, "version": self.version, "updated_at": self.updated_at}


@dataclass(frozen=True, slots=True)
class SavedWorkflow:
    """One version of a saved workflow, with its document as text."""

    id: str
    version: int
    updated_at: float
    document: str


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """One version of a workflow in a list."""

    version: int
    updated_at: float

    def as_json(self) -> dict[str, Any]:
        """Return it as the JSON object of the HTTP API."""
        return {"version": self.version, "updated_at": self.updated_at}


class WorkflowStore:
    """Keeps documents as text, exactly as given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self) -> list[WorkflowSummary]:
        """Return all workflows, the one changed last first."""
        rows = await self._database.rows(select(workflows).order_by(workflows.c.updated_at.desc(), workflows.c.id))
        return [WorkflowSummary(row.id, row.name, row.version, row.updated_at) for row in rows]

    async def get(self, workflow_id: str, version: int | None = None) -> SavedWorkflow:
        """Return a workflow in its newest or the given version; raises `StorageError` (`not_found`)."""
        table = workflow_versions
        query = select(table).where(table.c.workflow_id == workflow_id).order_by(table.c.version.desc()).limit(1)
        row = await self._database.row(query if version is None else query.where(table.c.version == version))
        if row is None:
            raise _not_found(workflow_id)
        return SavedWorkflow(row.workflow_id, row.version, row.updated_at, row.document)

    async def put(
        self, workflow_id: str, document: str, *, name: str, base_version: int | None = None
    ) -> SavedWorkflow:
        """Save a document as the next version; unchanged text makes no new one.

        `base_version` is the version that the editor began with (0: there is none yet; None: whatever is there).

        Raises:
            StorageError: somebody saved in between (code `version_conflict`), or the id cannot be used.
        """
        _check_id(workflow_id)

        async def work(connection: AsyncConnection) -> SavedWorkflow:
            return await _put(connection, workflow_id, document, name, base_version)

        try:
            return await self._database.write(work)
        except IntegrityError as error:
            raise _conflict(None) from error

    async def rename(self, workflow_id: str, new_id: str) -> WorkflowSummary:
        """Give a workflow another id, all at once with its versions, its runs, what it displayed, and that it listens.

        The deliveries that it has taken are known under the new id, too.

        Raises:
            StorageError: there is no such workflow (`not_found`), or the new id is taken (`workflow_exists`) or cannot
                be used (`bad_workflow_id`).
        """
        _check_id(new_id)

        async def work(connection: AsyncConnection) -> WorkflowSummary | None:
            return await _rename(connection, workflow_id, new_id)

        try:
            renamed = await self._database.write(work)
        except IntegrityError as error:
            raise _taken(new_id) from error
        if renamed is None:
            raise _not_found(workflow_id)
        return renamed

    async def delete(self, workflow_id: str) -> None:
        """Delete a workflow with all that is kept of it but its runs; raises `StorageError` (`not_found`)."""

        async def work(connection: AsyncConnection) -> int:
            for owned in (workflow_versions, *_OWNED):
                await connection.execute(delete(owned).where(owned.c.workflow_id == workflow_id))
            return (await connection.execute(delete(workflows).where(workflows.c.id == workflow_id))).rowcount

        if not await self._database.write(work):
            raise _not_found(workflow_id)

    async def check_kept(self, workflow_id: str) -> None:
        """Raise `StorageError` (`not_found`) unless there is such a workflow."""
        if await self._database.row(select(workflows.c.id).where(workflows.c.id == workflow_id)) is None:
            raise _not_found(workflow_id)

    async def versions(self, workflow_id: str) -> list[VersionSummary]:
        """Return the versions that are kept, newest first; raises `StorageError` (`not_found`)."""
        table = workflow_versions
        query = select(table.c.version, table.c.updated_at).where(table.c.workflow_id == workflow_id)
        rows = await self._database.rows(query.order_by(table.c.version.desc()))
        if not rows:
            raise _not_found(workflow_id)
        return [VersionSummary(row.version, row.updated_at) for row in rows]

    async def free_id(self, name: str) -> str:
        """Return an id, made of the name, that no workflow has yet."""
        rows = await self._database.rows(select(workflows.c.id))
        taken = {row.id for row in rows}
        base = slug(name)
        number = 1
        found = base
        while found in taken:
            number += 1
            found = f"{base[:58]}-{number}"
        return found


async def _put(
    connection: AsyncConnection, workflow_id: str, document: str, name: str, base_version: int | None
) -> SavedWorkflow:
    row = (await connection.execute(select(workflows.c.version).where(workflows.c.id == workflow_id))).first()
    current = int(row.version) if row else 0
    if base_version is not None and base_version != current:
        raise _conflict(current)
    if row and (same := await _unchanged(connection, workflow_id, current, document)):
        return same
    now = time.time()
    version = current + 1
    if row:
        change = update(workflows).where(workflows.c.id == workflow_id, workflows.c.version == current)
        done = await connection.execute(change.values(version=version, name=name, updated_at=now))
        if not done.rowcount:
            raise _conflict(None)
    else:
        fresh = workflows.insert().values(id=workflow_id, name=name, version=version, updated_at=now)
        await connection.execute(fresh)
    values = {"workflow_id": workflow_id, "version": version, "document": document, "updated_at": now}
    await connection.execute(workflow_versions.insert().values(values))
    await connection.execute(
        delete(workflow_versions).where(
            workflow_versions.c.workflow_id == workflow_id, workflow_versions.c.version <= version - KEPT_VERSIONS
        )
    )
    return SavedWorkflow(workflow_id, version, now, document)


async def _rename(connection: AsyncConnection, workflow_id: str, new_id: str) -> WorkflowSummary | None:
    row = (await connection.execute(select(workflows).where(workflows.c.id == workflow_id))).first()
    if row is None:
        return None
    if new_id != workflow_id:
        await connection.execute(update(workflows).where(workflows.c.id == workflow_id).values(id=new_id))
        for owned in (workflow_versions, runs, *_OWNED):
            mine = update(owned).where(owned.c.workflow_id == workflow_id)
            await connection.execute(mine.values(workflow_id=new_id))
        await move_deliveries(connection, workflow_id, new_id)
    return WorkflowSummary(new_id, row.name, row.version, row.updated_at)


async def _unchanged(
    connection: AsyncConnection, workflow_id: str, version: int, document: str
) -> SavedWorkflow | None:
    table = workflow_versions
    query = select(table).where(table.c.workflow_id == workflow_id, table.c.version == version)
    row = (await connection.execute(query)).first()
    if row is None or row.document != document:
        return None
    return SavedWorkflow(workflow_id, version, row.updated_at, document)


def slug(name: str) -> str:
    """Return an id made of the letters and digits in a name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "workflow"


def is_id(text: str) -> bool:
    """Say whether a workflow can have this id."""
    return _ID.fullmatch(text) is not None


def _check_id(workflow_id: str) -> None:
    if not is_id(workflow_id):
        raise StorageError(
            "A workflow cannot have this id.",
            "Use up to 64 lower-case letters, digits, - or _.",
            code="bad_workflow_id",
        )


def _taken(workflow_id: str) -> StorageError:
    return StorageError(f"Another workflow has the id {workflow_id!r}.", "Choose another id.", code="workflow_exists")


def _not_found(workflow_id: str) -> StorageError:
    shown = workflow_id if len(workflow_id) <= 64 else workflow_id[:63] + "…"
    return StorageError(f"There is no workflow {shown!r}.", "Look at the list of saved workflows.", code="not_found")


def _conflict(current: int | None) -> StorageError:
    saved = f"version {current}" if current else "another version" if current is None else "no version"
    return StorageError(
        f"The workflow was changed elsewhere since it was opened: {saved} is saved now.",
        "Open the saved version, or save yours under another name.",
        code="version_conflict",
    )
