"""Pictures that a node is given: whatever names one, its bytes are read here, and nothing is ever fetched for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nodebuilder.values import Asset

Reference = Asset | str
"""What names a picture: a file kept here, its name, its address (`/servable/…` or in full), or a data URL."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was decoded in full; `asset` is the file it was read from, None for a data URL."""

    data: bytes
    media_type: str
    width: int
    height: int
    asset: Asset | None = None

    @property
    def filename(self) -> str:
        """The name of the file it was read from; empty for a data URL."""
        return self.asset.filename if self.asset else ""


class Pictures(Protocol):
    """The ability to read the pictures that are kept here."""

    async def read(self, reference: Reference) -> Picture:
        """Return the picture that `reference` names.

        Raises:
            InputError: it names no picture (`not_found`, `not_an_image`, `bad_picture` …), one that is too large, or
                one that lies on another server (`picture_elsewhere`).
        """
        ...

    def may_be_linked(self, url: str) -> bool:
        """Say whether the person allowed that a provider fetches pictures from the host of this https address."""
        ...

    async def thumbnail(self, reference: Reference, pixels: int) -> Picture:
        """Return it as WEBP, upright, no side longer than `pixels`, without metadata; raises as `read` does."""
        ...
