"""Contacting servers of the internet for a node: what is asked and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from nodebuilder.values import Secret

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BoundKey:
    """A key in a header (behind `prefix`) that goes to the places it is bound to, and never along a redirect."""

    header: str
    key: Secret
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class WebRequest:
    """One request: `headers` as (name, value), `key` for the places that it is bound to."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    key: BoundKey | None = None


@dataclass(frozen=True, slots=True)
class WebLimits:
    """How long all of it may take, how many bytes of the answer are read, how many redirects are followed."""

    seconds: float = 30.0
    max_bytes: int = 2 * MIB
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What came back from `url` (the last one); `complete` is false when the body was cut at the limit."""

    status: int
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=())
    body: bytes = b""
    complete: bool = True

    def header(self, name: str) -> str:
        """Return the value of a header, the first of several, or an empty text."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), "")


class Web(Protocol):
    """The ability to contact servers without being led to places that are not public."""

    async def fetch(self, request: WebRequest, *, hosts: tuple[str, ...], limits: WebLimits) -> WebAnswer:
        """Send one request, follow redirects, and return the answer of any status.

        `hosts` are the only ones that may be contacted (none: any on the public internet); a place that is not public
        must be among them, and be allowed in the settings.

        Raises:
            InputError: the URL, a header or where a redirect leads may not be used; nothing was sent there.
            NodeError: no answer came, or none that can be read.
        """
        ...

    async def is_picture(self, data: bytes) -> bool:
        """Say whether these bytes are a whole picture of a kind and size that can be kept."""
        ...
