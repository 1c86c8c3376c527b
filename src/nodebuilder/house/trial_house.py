"""A house for tests: in a temporary folder that is gone afterwards, with the person's keys if they are needed."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from nodebuilder.errors import StorageError
from nodebuilder.house.opening import House, open_house
from nodebuilder.settings import Settings
from nodebuilder.storage.database import FILENAME
from nodebuilder.storage.store import Store
from nodebuilder.values import JSON, Secret

log: Final = logging.getLogger(__name__)


@asynccontextmanager
async def open_trial_house(
    settings: Settings, *, keep: bool = False, with_keys: bool = True, closing_seconds: float = 5.0
) -> AsyncGenerator[House]:
    """Open a house in which tests run.

    With `keep` it stands in the data folder of the settings and what runs make stays there. Else it stands in a
    temporary folder; `with_keys` brings the secrets, MCP servers and settings over that the person keeps in the data
    folder, which is only read. In the sandbox no other key is used than the sandbox's own.

    Raises:
        StorageError: a folder cannot be used.
        DefinitionError: a node is defined wrongly.
    """
    if keep:
        async with open_house(settings, exclusive=False, sandbox_only=True, closing_seconds=closing_seconds) as house:
            yield house
        return
    lent = await _lent(settings) if with_keys and not settings.sandbox else None
    with tempfile.TemporaryDirectory(prefix="nodebuilder-test-", ignore_cleanup_errors=True) as folder:
        apart = settings.model_copy(update={"data_dir": Path(folder), "database_url": None})
        async with open_house(apart, exclusive=False, sandbox_only=True, closing_seconds=closing_seconds) as house:
            if lent is not None:
                await _lend(house, *lent)
            yield house


async def _lent(settings: Settings) -> tuple[list[Secret], dict[str, JSON]] | None:
    """Return the secrets that can be opened and all that a person set, or None when there is no data folder yet."""
    if settings.database_url is None and not await asyncio.to_thread((settings.data_dir / FILENAME).is_file):
        return None
    try:
        store = await Store.open(settings, exclusive=False)
    except StorageError as error:
        log.warning("The keys in %s are not at hand for the tests: %s", settings.data_dir, error)
        return None
    try:
        secrets: list[Secret] = []
        for each in await store.secrets.names():
            try:
                secret = await store.secrets.get(each.name)
            except StorageError:
                continue  # a test that needs it says that it is missing
            if secret is not None:
                secrets.append(secret)
        return secrets, await store.preferences.all()
    finally:
        await store.close()


async def _lend(house: House, secrets: list[Secret], preferences: dict[str, JSON]) -> None:
    for secret in secrets:
        await house.store.secrets.set(secret.name, secret.reveal())
    if preferences:
        await house.store.preferences.change(preferences)
        await house.recall()
