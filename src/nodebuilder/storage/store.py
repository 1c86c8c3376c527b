"""All that is kept, opened and closed in one place."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Final

from nodebuilder.errors import StorageError
from nodebuilder.redaction import Redactor
from nodebuilder.settings import Settings
from nodebuilder.storage.assets import AssetStore
from nodebuilder.storage.database import Database
from nodebuilder.storage.display import DisplayStore
from nodebuilder.storage.files import private_folder, trouble, trouble_code
from nodebuilder.storage.history import History
from nodebuilder.storage.ledger import ReceiptLedger
from nodebuilder.storage.listeners import ListenerStore
from nodebuilder.storage.lock import ServerLock, Session
from nodebuilder.storage.masterkey import master_key
from nodebuilder.storage.preferences import Preferences
from nodebuilder.storage.retention import Retention
from nodebuilder.storage.secrets import SecretStore
from nodebuilder.storage.spill import Spill
from nodebuilder.storage.workflows import WorkflowStore

RETRY_SPILLED_SECONDS: Final = 15.0
PRUNE_SECONDS: Final = 3600.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """An open data folder.

    Attributes:
        redactor: knows every key that was opened; put `redaction.LogFilter(store.redactor)` on log handlers.
        interrupted: the ids of the runs that were found cut off when the folder was opened.
    """

    settings: Settings
    redactor: Redactor
    database: Database
    ledger: ReceiptLedger
    history: History
    workflows: WorkflowStore
    display: DisplayStore
    listeners: ListenerStore
    assets: AssetStore
    secrets: SecretStore
    preferences: Preferences
    retention: Retention
    interrupted: tuple[str, ...]
    _session: Session
    _lock: ServerLock | None
    _upkeep: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    @classmethod
    async def open(cls, settings: Settings, *, exclusive: bool, url: str = "") -> Store:
        """Open the data folder that the settings name.

        A server opens it `exclusive` and says under which `url` it can be reached; it then also looks after the folder:
        retention, files that wait for space. Everything else (a run in the terminal, lists) opens it beside a server,
        and gives files that wait for space their place if there is room by now.

        Raises:
            StorageError: another server has the folder (code `in_use`), it cannot be written, the database is damaged
                or newer than this program, or the key file lies within the folder.
        """
        master = master_key(settings)
        lock = await asyncio.to_thread(_claim, settings, url) if exclusive else None
        try:
            database = await Database.open(settings)
        except BaseException:
            _release(lock)
            raise
        try:
            session = await asyncio.to_thread(_begin_session, settings)
            redactor = Redactor()
            spill = await asyncio.to_thread(Spill, settings.data_dir)
            ledger = ReceiptLedger(
                database, settings.data_dir, public_url=settings.public_url, spill=spill, redactor=redactor
            )
            history = History(database, ledger, session, redactor)
            assets = AssetStore(database, settings, spill=spill, redactor=redactor)
            keys = SecretStore(database, master, redactor=redactor, sandbox=settings.sandbox)
            retention = Retention(database, settings, assets, history.events, session_start=session.started_at)
            await keys.teach_redactor()
            store = cls(
                settings=settings,
                redactor=redactor,
                database=database,
                ledger=ledger,
                history=history,
                workflows=WorkflowStore(database),
                display=DisplayStore(database),
                listeners=ListenerStore(database),
                assets=assets,
                secrets=keys,
                preferences=Preferences(database),
                retention=retention,
                interrupted=tuple(await history.recover()),
                _session=session,
                _lock=lock,
            )
        except BaseException:
            await database.close()
            _release(lock)
            raise
        if exclusive:
            await asyncio.to_thread(session.sweep)
            store._upkeep.append(asyncio.create_task(store._look_after()))
        elif await asyncio.to_thread(store.assets.needs_retry):
            await _quietly(store.assets.retry_spilled())
        return store

    def announce(self, url: str) -> None:
        """Note the address of this server in the lock, once it is known."""
        if self._lock is not None:
            self._lock.announce(url)

    async def close(self) -> None:
        """Keep what is still waiting and close everything; a server's `session` files are deleted."""
        for task in self._upkeep:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.history.events.close()
        if self._lock is not None:
            await _quietly(self.retention.prune(ending=True))
        await self.database.close()
        await asyncio.to_thread(self._session.end)
        _release(self._lock)

    async def _look_after(self) -> None:
        """Keep records and folder in line, apply retention, and give files that wait for space their place."""
        await _quietly(self.assets.reconcile())
        rounds = 0
        while True:
            if rounds % round(PRUNE_SECONDS / RETRY_SPILLED_SECONDS) == 0:
                await _quietly(self.retention.prune())
            if self.assets.needs_retry():
                await _quietly(self.assets.retry_spilled())
            rounds += 1
            await asyncio.sleep(RETRY_SPILLED_SECONDS)


async def _quietly(work: Awaitable[object]) -> None:
    """Let upkeep fail without harm: it is tried again."""
    try:
        await work
    except (StorageError, OSError) as error:
        log.warning("Looking after the data folder: %s", error)


def _claim(settings: Settings, url: str) -> ServerLock:
    try:
        private_folder(settings.data_dir)
    except OSError as error:
        raise _unusable(settings, error) from error
    lock = ServerLock(settings.data_dir)
    lock.acquire(url)
    return lock


def _begin_session(settings: Settings) -> Session:
    try:
        return Session(settings.data_dir)
    except OSError as error:
        raise _unusable(settings, error) from error


def _unusable(settings: Settings, error: OSError) -> StorageError:
    return StorageError(
        f"The data folder {settings.data_dir} cannot be used: {trouble(error)}.",
        "Choose another folder with --data-dir, or make this one writable.",
        code=trouble_code(error),
    )


def _release(lock: ServerLock | None) -> None:
    if lock is not None:
        lock.release()
