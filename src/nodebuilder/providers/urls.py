"""May this URL be contacted? One strict reading of URLs, and the check of every address a name stands for.

    target = await check_url(url, UrlPolicy(private_hosts=settings.allowed_private_hosts))

A check is worth something only when the connection then goes to one of `target.addresses`: the name may stand for
another address a moment later. `safe_http` does both.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from nodebuilder.errors import InputError
from nodebuilder.providers.addresses import not_public

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host name and a port to all its addresses; raises `OSError` when there are none. A seam for tests."""

MAX_URL: Final = 8192
RESOLVE_SECONDS: Final = 10.0
PORTS: Final = {"http": 80, "https": 443}
_NETLOC: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:@%/\\?#]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_A_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PATH_MARKS: Final = "%/:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Url:
    """A URL taken apart, in one spelling: lower-case ASCII host, port always there, no fragment."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as a `Host` header and a URL write them: without the port of the scheme."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def place(self) -> str:
        """Host and port, `host:port`: what lists of allowed places hold."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what credentials are bound to."""
        return self.scheme, self.host, self.port

    def join(self, location: str) -> Url:
        """Return where a redirect to `location` leads; raises `InputError` (code `bad_url`) as `read_url` does."""
        _check_characters(location)
        try:
            return read_url(urljoin(str(self), location))
        except ValueError as error:
            raise _bad("its host cannot be read") from error

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be contacted, and the checked addresses to connect to; `private`: the person allowed it."""

    url: Url
    addresses: tuple[str, ...]
    private: bool = False


@dataclass(frozen=True, slots=True)
class UrlPolicy:
    """What may be contacted: the public internet, or of it only `hosts`, and the places in `private_hosts`.

    `hosts` are names (`example.com`), names with everything under them (`*.example.com`), each with a port if need be.
    `private_hosts` are `host:port`; they may be anywhere, also on this machine.
    """

    private_hosts: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def allows_private(self, url: Url) -> bool:
        """Say whether the person allowed this place although it is not public."""
        return url.place in {entry.strip().lower() for entry in self.private_hosts}

    def names(self, url: Url) -> bool:
        """Say whether the host is one of those listed, or none are listed."""
        return not self.hosts or any(host_matches(url, pattern) for pattern in self.hosts)


def host_matches(url: Url, pattern: str) -> bool:
    """Say whether a URL's host is `example.com`, under `*.example.com`, or at `example.com:8443`."""
    pattern = pattern.strip().lower()
    subjects = (url.host, url.place, url.place.rpartition(":")[0])
    if pattern.startswith("*."):
        return any(subject.endswith(pattern[1:]) and subject != pattern[1:] for subject in subjects)
    return pattern in subjects


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """Ask the system for all addresses of a name."""
    loop = asyncio.get_running_loop()
    found = await asyncio.wait_for(loop.getaddrinfo(host, port, type=socket.SOCK_STREAM), RESOLVE_SECONDS)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def check_url(url: str, policy: UrlPolicy, resolve: Resolve = resolve_host) -> Target:
    """Return where a URL leads, if it may be contacted; nobody but the name server is asked.

    Raises:
        InputError: it is no http(s) URL in plain spelling (code `bad_url`), its host is not among those allowed
            (`host_not_allowed`), it has no address (`name_not_found`), or one of its addresses is not public
            (`address_not_allowed`).
    """
    read = read_url(url)
    if not policy.names(read):
        raise InputError(
            f"The host {read.host} is not among those that may be contacted.",
            f"Use one of: {', '.join(policy.hosts)}.",
            code="host_not_allowed",
        )
    allowed = policy.allows_private(read)
    if not allowed and (read.host == "localhost" or read.host.endswith(".localhost")):
        raise not_allowed(read, "this machine")
    addresses = await _addresses(read, resolve)
    special = [what for address in addresses if (what := not_public(address))]
    if special and not allowed:
        raise not_allowed(read, f"an address that is {special[0]}")
    return Target(read, addresses, private=bool(special))


def not_allowed(url: Url, what: str) -> InputError:
    """Return the error of a URL that leads to a place that is not public."""
    return InputError(
        f"The address of {url.host} is not allowed: it leads to {what}.",
        f"Use a public address, or allow this one on purpose: add {url.place} to NODEBUILDER_ALLOWED_PRIVATE_HOSTS, "
        "and to allowed_hosts where the node has that widget.",
        code="address_not_allowed",
    )


async def _addresses(url: Url, resolve: Resolve) -> tuple[str, ...]:
    if _is_ip(url.host):
        return (url.host,)
    try:
        found = tuple(await resolve(url.host, url.port))
    except (OSError, UnicodeError) as error:  # a timeout is an OSError
        raise _not_found(url) from error
    if not found:
        raise _not_found(url)
    return found


def _not_found(url: Url) -> InputError:
    return InputError(
        f"The name {url.host} has no address.", "Check the spelling and the network.", code="name_not_found"
    )


def read_url(url: str) -> Url:
    """Take a URL apart, strictly: what a browser and a library could read differently is refused.

    Raises:
        InputError: it is no http(s) URL, or has credentials, a zone, an unusual spelling of an address or of a host
            (code `bad_url`).
    """
    _check_characters(url)
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _bad("its host cannot be read") from error
    if parts.scheme not in PORTS or not url[len(parts.scheme) :].startswith("://"):
        raise _bad("it does not begin with http:// or https://")
    return Url(parts.scheme, *_place(parts), _path(parts))


def _check_characters(url: str) -> None:
    if len(url) > MAX_URL:
        raise _bad(f"it is longer than {MAX_URL:,} characters")
    if any(character.isspace() or not character.isprintable() or character == "\\" for character in url):
        raise _bad("it has spaces, control characters or backslashes in it")


def _place(parts: SplitResult) -> tuple[str, int]:
    if "@" in parts.netloc:
        raise _bad("it has a user name or password in it")
    found = _NETLOC.fullmatch(parts.netloc)
    if not found:
        raise _bad("its host cannot be read")
    port = int(found["port"] or PORTS[parts.scheme])
    if not 0 < port < 65536:
        raise _bad("it has no usable port")
    return _host(found["host"]), port


def _host(written: str) -> str:
    if written.startswith("["):
        try:
            return str(ipaddress.IPv6Address(written[1:-1]))
        except ValueError as error:
            raise _bad("its host is no IPv6 address") from error
    labels = [_ascii(label) for label in written.lower().split(".")]
    host = ".".join(labels)
    if _A_NUMBER.fullmatch(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError as error:
            raise _bad("its host is a number, but no IPv4 address in plain spelling") from error
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _bad("its host is no name")
    return host


def _ascii(label: str) -> str:
    """Return an international label as DNS has it; what only looks like ASCII (digits in circles) is refused."""
    if label.isascii():
        return label
    try:
        encoded = label.encode("idna").decode()
    except UnicodeError as error:
        raise _bad("its host is no name") from error
    if not encoded.startswith("xn--") or "." in encoded:
        raise _bad("its host has unusual characters")
    return encoded


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_PATH_MARKS)
    return f"{path}?{quote(parts.query, safe=_PATH_MARKS + '?')}" if parts.query else path


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _bad(why: str) -> InputError:
    return InputError(f"This URL cannot be used: {why}.", "Write it as https://host/path.", code="bad_url")
