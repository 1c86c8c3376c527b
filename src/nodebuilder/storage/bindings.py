"""Which keys may be sent to which places beside their provider's own: said by the person, by name of the key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, cast

from nodebuilder.errors import StorageError
from nodebuilder.storage.preferences import Preferences
from nodebuilder.values import JSON

MAX_PLACES: Final = 32
_PREFIX: Final = "secret_hosts."
_PLACE: Final = re.compile(
    r"(?P<host>(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*|\[[0-9a-f:.]{2,45}\])(?::(?P<port>\d{1,5}))?"
)


class Bindings:
    """Keeps the places by name: that of a secret, or of a provider for keys that come from elsewhere."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    async def all(self) -> dict[str, list[str]]:
        """Return the places of every name that has any."""
        kept = await self._preferences.all()
        return {key.removeprefix(_PREFIX): _places(value) for key, value in kept.items() if key.startswith(_PREFIX)}

    async def of(self, name: str) -> frozenset[str]:
        """Return the places that the key of this name is bound to."""
        return frozenset(_places(await self._preferences.get(_PREFIX + name)))

    async def set(self, name: str, places: Iterable[str]) -> None:
        """Bind the key to these places and to no others.

        Raises:
            StorageError: one is no `host` or `host:port` (code `bad_secret_host`), or there are too many (code
                `too_many_secret_hosts`).
        """
        found = sorted({read_place(place) for place in places})
        if len(found) > MAX_PLACES:
            raise StorageError(
                f"A key cannot be bound to more than {MAX_PLACES} hosts.",
                "Unbind some first.",
                code="too_many_secret_hosts",
            )
        await self._preferences.change({_PREFIX + name: cast("JSON", found) if found else None})


def read_place(text: str) -> str:
    """Return `host` or `host:port` in one spelling.

    Raises:
        StorageError: it is neither (code `bad_secret_host`).
    """
    place = text.strip().lower()
    found = _PLACE.fullmatch(place)
    if not found or not 0 < int(found["port"] or 1) < 65536:
        raise StorageError(
            "This is no host.",
            "Write HOST or HOST:PORT, for example localhost:11434, without https://.",
            code="bad_secret_host",
        )
    return place


def _places(value: JSON) -> list[str]:
    return [place for place in value if isinstance(place, str)] if isinstance(value, list) else []
