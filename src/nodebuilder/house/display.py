"""The display of each saved workflow: what a person wrote and what runs showed, kept, and told to who watches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from nodebuilder.errors import StorageError, WorkflowError
from nodebuilder.house.progress import Board
from nodebuilder.redaction import Redactor
from nodebuilder.storage.display import DisplayStore

Entry = dict[str, Any]
"""What is kept of one thing on the display: `CONTEXT` for nodes, and the run and event that it came from."""

CONTEXT: Final = ("node_id", "node_title", "content_type", "data", "timestamp")
"""What nodes are given of an entry, and what a display file holds."""
USER: Final = "User"
"""The title of what a person wrote."""
CONTENT_TYPES: Final = frozenset({"text", "image", "video", "json", "warning"})
log: Final = logging.getLogger(__name__)


class Displays:
    """The displays of all saved workflows; `board` has a line for each that changed.

    What a run shows is taken at once and written behind its back, so that no run waits for the disk.
    """

    def __init__(self, store: DisplayStore, redactor: Redactor) -> None:
        self.board = Board("workflow_id")
        self._store = store
        self._redactor = redactor
        self._at_start: dict[str, tuple[Entry, ...]] = {}
        self._pending: dict[str, list[Entry]] = {}
        self._writer: asyncio.Task[None] | None = None
        self._listeners: set[asyncio.Event] = set()

    def entries(self, workflow_id: str | None) -> Sequence[Mapping[str, Any]]:
        """Return what the display of a workflow held when `recall` was last called for it, as nodes are given it."""
        found = self._at_start.get(workflow_id, ()) if workflow_id is not None else ()
        return [{name: entry.get(name) for name in CONTEXT} for entry in found]

    async def recall(self, workflow_id: str, until: float | None = None) -> None:
        """Get the display of a workflow ready for a run that is about to begin; only the last one asked for is held.

        With `until` (seconds since 1970) without what runs and persons have added since then.
        """
        found = await self.read(workflow_id)
        self._at_start = {workflow_id: tuple(entry for entry in found if until is None or not _is_later(entry, until))}

    def forget(self) -> None:
        """Let the next run begin with an empty display."""
        self._at_start = {}

    async def read(self, workflow_id: str) -> list[Entry]:
        """Return what the display of a workflow holds, oldest first."""
        await self.flush()
        return await self._store.entries(workflow_id)

    async def say(self, workflow_id: str, text: str, run_id: str) -> None:
        """Add what a person wrote, and the run that it begins."""
        said = _entry(None, USER, "text", self._redactor.text(text), datetime.now(UTC), run_id)
        await self.flush()
        await self._store.append(workflow_id, [said])
        self.tell(workflow_id)

    def hear(self, workflow_id: str, told: Mapping[str, Any]) -> None:
        """Add what a run of the workflow displayed, from the event as it goes over the wire; returns at once."""
        at = datetime.fromtimestamp(told["at"], UTC)
        shown = _entry(told["node"], told["title"], told["content_type"], told["data"], at, told["run_id"])
        self._pending.setdefault(workflow_id, []).append({**shown, "seq": told["seq"]})
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def replace(self, workflow_id: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Put these entries in the place of all that the display holds."""
        await self.flush()
        await self._store.replace(workflow_id, [self._redactor.value(dict(entry)) for entry in entries])
        self.tell(workflow_id)

    async def flush(self) -> None:
        """Return when all that was heard is kept, or given up."""
        while self._writer is not None and not self._writer.done():
            await asyncio.wait([self._writer])

    def tell(self, workflow_id: str) -> None:
        """Tell who watches that the display of a workflow changed."""
        self._post({"workflow_id": workflow_id})

    def tell_renamed(self, workflow_id: str, new_id: str) -> None:
        """Tell who watches that a workflow, and its display with it, has another id."""
        self._post({"workflow_id": workflow_id, "new_id": new_id})

    def listen(self, wake: asyncio.Event) -> None:
        """Set `wake` whenever the board has something new."""
        self._listeners.add(wake)

    def unlisten(self, wake: asyncio.Event) -> None:
        """Leave `wake` alone from now on."""
        self._listeners.discard(wake)

    def _post(self, line: dict[str, Any]) -> None:
        self.board.post(line)
        for listener in self._listeners:
            listener.set()

    async def _write(self) -> None:
        while self._pending:
            workflow_id, entries = next(iter(self._pending.items()))
            del self._pending[workflow_id]
            try:
                await self._store.append(workflow_id, entries)
            except StorageError as error:
                log.warning("What runs displayed cannot be kept on the display, only in their history: %s", error)
            self.tell(workflow_id)


def _is_later(entry: Entry, moment: float) -> bool:
    """Say whether an entry was added after a moment; what a file brought has no time that counts."""
    return entry["run_id"] is not None and datetime.fromisoformat(entry["timestamp"]).timestamp() > moment


def read_entries(listed: Sequence[Any]) -> list[Entry]:
    """Return entries as they are kept, from those of a display file; of older ones, what they have.

    Raises:
        WorkflowError: one is no entry (code `bad_display`).
    """
    return [_read(entry, place) for place, entry in enumerate(listed, 1)]


def _read(entry: object, place: int) -> Entry:
    given = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    if "data" not in given:
        raise WorkflowError(
            f"Entry {place} of the display file has no data.",
            "Load a file that the display panel saved.",
            code="bad_display",
        )
    node, kind, time = given.get("node_id"), given.get("content_type"), given.get("timestamp")
    return {
        "node_id": None if node is None else str(node),
        "node_title": str(given.get("node_title") or ""),
        "content_type": kind if kind in CONTENT_TYPES else "text",
        "data": given["data"],
        "timestamp": None if time is None else str(time),
        "run_id": None,
        "seq": None,
    }


def _entry(node: str | None, title: str, kind: str, data: Any, at: datetime, run_id: str) -> Entry:
    return {
        "node_id": node,
        "node_title": title,
        "content_type": kind,
        "data": data,
        "timestamp": at.isoformat(timespec="milliseconds"),
        "run_id": run_id,
        "seq": None,
    }
