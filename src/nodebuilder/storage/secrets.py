"""Secrets: keys sealed in the database, opened only for the call that needs one, and the order keys are found in."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from nodebuilder.errors import InputError, StorageError
from nodebuilder.redaction import Redactor
from nodebuilder.storage.bindings import Bindings
from nodebuilder.storage.database import Database
from nodebuilder.storage.masterkey import MasterKey
from nodebuilder.storage.preferences import Preferences
from nodebuilder.storage.tables import secrets
from nodebuilder.values import Secret
from nodebuilder.workflow.keys import SECRET_NAME, looks_like_key

SANDBOX_KEY: Final = "sandbox"
"""What the built-in offline provider takes as a key."""
KeySource = Literal["secret", "environment", "sandbox"]
_NONCE_BYTES: Final = 12
_MAX_CHARS: Final = 16_384


@dataclass(frozen=True, slots=True)
class SecretName:
    """A secret as it may be shown: its name, when it was set (seconds since 1970), and the hosts it is bound to."""

    name: str
    updated_at: float
    hosts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, str | float | list[str]]:
        """Return it as the JSON object of the HTTP API."""
        return {"name": self.name, "updated_at": self.updated_at, "hosts": list(self.hosts)}


class SecretStore:
    """Keeps secrets, and finds the key that a node's call should use."""

    def __init__(self, database: Database, master: MasterKey, *, redactor: Redactor, sandbox: bool) -> None:
        self._database = database
        self._master = master
        self._redactor = redactor
        self._sandbox = sandbox
        self.bindings = Bindings(Preferences(database))

    async def names(self) -> list[SecretName]:
        """Return all secrets by name."""
        rows = await self._database.rows(select(secrets.c.name, secrets.c.updated_at).order_by(secrets.c.name))
        bound = await self.bindings.all()
        return [SecretName(row.name, row.updated_at, tuple(bound.get(row.name, ()))) for row in rows]

    async def set(self, name: str, value: str) -> None:
        """Keep `value` under `name`, in place of any earlier value.

        Raises:
            StorageError: the name or value cannot be used, or the master key is missing though there are secrets.
        """
        value = value.strip()
        _check(name, value)
        count = await self._database.row(select(func.count()).select_from(secrets))
        master = await asyncio.to_thread(self._master.load, create=not (count and count[0]))
        sealed = _seal(master, name, value)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(secrets).where(secrets.c.name == name))
            await connection.execute(secrets.insert().values(name=name, sealed=sealed, updated_at=time.time()))

        await self._database.write(work)
        await self._database.scrub()
        self._redactor.remember(value, name)

    async def get(self, name: str) -> Secret | None:
        """Return the secret of that name, or None.

        Raises:
            StorageError: it cannot be opened: the master key is missing or another (code `master_key`), or the record
                was changed (code `secret_damaged`).
        """
        row = await self._database.row(select(secrets.c.sealed).where(secrets.c.name == name))
        if row is None:
            return None
        master = await asyncio.to_thread(self._master.load, create=False)
        value = _unseal(master, name, row.sealed)
        self._redactor.remember(value, name)
        return Secret(value, "secret", name=name, hosts=await self.bindings.of(name))

    async def remove(self, name: str) -> bool:
        """Delete a secret with all traces of it; False when there was none."""
        removed = await self._database.execute(delete(secrets).where(secrets.c.name == name))
        await self.bindings.set(name, ())
        await self._database.scrub()
        self._redactor.forget(name)
        return bool(removed)

    async def bind(self, name: str, hosts: Iterable[str]) -> None:
        """Let the key of this name be sent to these hosts (`host:port`) beside its provider's own, and to no others.

        A name that no secret has is that of a provider, whose key comes from the environment or is given for a run.

        Raises:
            StorageError: a host cannot be read (code `bad_secret_host`), or there are too many (code
                `too_many_secret_hosts`).
        """
        if not is_secret_name(name):
            raise bad_name()
        await self.bindings.set(name, hosts)

    async def resolve(self, name: str, provider: str, *, given: bool = False) -> Secret:
        """Return the key that a secret widget holding `name` means for `provider`; an empty secret if there is none.

        The secret of that name; when the widget is empty: the secret named after the provider, else the environment
        variable `<PROVIDER>_API_KEY`, else the sandbox's key when the sandbox is on. A value `given` for this run
        that names no secret is the key itself, and so is what looks like one.

        Raises:
            InputError: there is no secret of that name.
            StorageError: the secret cannot be opened.
        """
        if name:
            return await self._named(name, provider, given=given)
        if SECRET_NAME.fullmatch(provider) and (secret := await self.get(provider)) is not None:
            return secret
        if value := os.environ.get(environment_variable(provider), "").strip():
            self._redactor.remember(value)
            return Secret(value, "environment", name=provider, hosts=await self.bindings.of(provider))
        return Secret(SANDBOX_KEY, "sandbox") if self._sandbox else Secret()

    async def describe(self, provider: str) -> KeySource | None:
        """Say where the key of a provider would come from when no widget names one, without opening it."""
        if await self._database.row(select(secrets.c.name).where(secrets.c.name == provider)) is not None:
            return "secret"
        if os.environ.get(environment_variable(provider), "").strip():
            return "environment"
        return "sandbox" if self._sandbox else None

    async def teach_redactor(self) -> None:
        """Let the redactor know all secrets that can be opened and all `…_API_KEY` of the environment."""
        for variable, value in os.environ.items():
            if variable.endswith("_API_KEY"):
                self._redactor.remember(value.strip())
        for secret in await self.names():
            try:
                await self.get(secret.name)
            except StorageError:
                continue  # what cannot be opened cannot leak; using it tells the person why

    async def _named(self, name: str, provider: str, *, given: bool) -> Secret:
        if SECRET_NAME.fullmatch(name) and (secret := await self.get(name)) is not None:
            return secret
        if given or looks_like_key(name):
            self._redactor.remember(name)
            return Secret(name, "given", name=provider, hosts=await self.bindings.of(provider))
        raise InputError(
            f"There is no secret called {name}.",
            "Add it under Secrets (or with `nodebuilder secrets set`), or choose another one in the widget.",
            code="no_such_secret",
        )


def environment_variable(provider: str) -> str:
    """Return the name of the environment variable that may hold a provider's key."""
    return re.sub(r"[^A-Z0-9]", "_", provider.upper()) + "_API_KEY"


def is_secret_name(text: str) -> bool:
    """Say whether a secret may be called `text`: a letter, then up to 63 letters, digits, `_` or `-`; no key itself."""
    return SECRET_NAME.fullmatch(text) is not None and not looks_like_key(text)


def _check(name: str, value: str) -> None:
    if not is_secret_name(name):
        raise bad_name()
    if not value or len(value) > _MAX_CHARS or not value.isprintable():
        raise StorageError(
            "This value cannot be a key: it is empty, far too long, or has line breaks or control characters in it.",
            "Copy the key again and paste it alone.",
            code="bad_secret_value",
        )


def bad_name() -> StorageError:
    """Return the error of a name that no secret may have."""
    return StorageError(
        "A secret cannot have this name.",
        "Use a letter followed by up to 63 letters, digits, _ or -; a key itself is not a name.",
        code="bad_secret_name",
    )


def _seal(master: bytes, name: str, value: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(master).encrypt(nonce, value.encode(), name.encode())


def _unseal(master: bytes, name: str, sealed: bytes) -> str:
    try:
        return AESGCM(master).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise StorageError(
            f"The secret {name} cannot be opened: its record was changed, or it was sealed with another key file.",
            "Bring back the key file it was sealed with, or set the secret again.",
            code="secret_damaged",
        ) from error
