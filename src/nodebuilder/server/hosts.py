"""Under which names the server may be reached, and which pages may speak to it.

A name that an attacker owns can be made to point at this machine (DNS rebinding), so only known names are answered. A
page is known by its origin: scheme, name and port must be those under which this very request reached the server.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from nodebuilder.server.problems import Refusal

LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SAFE: Final = frozenset({"GET", "HEAD"})
_OWN: Final = frozenset({"same-origin", "none"})
_API: Final = ("/api", "/v1", "/mcp", "/hooks", "/sandbox")


@dataclass(frozen=True, slots=True)
class Name:
    """A host name as a `Host` header spells it; `port` is None when it names none."""

    host: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Name | None:
        """Return the name that `text` spells, or None if it spells none."""
        if not text or len(text) > 300 or not text.isascii() or any(c in text for c in "@/\\?#% \t,;<>\"'"):
            return None
        if text.startswith("["):
            inner, closed, rest = text[1:].partition("]")
            host, digits = f"[{_ipv6(inner)}]", rest.removeprefix(":")
            well_formed = bool(closed) and host != "[]" and (not rest or rest.startswith(":"))
        else:
            host, colon, digits = text.lower().partition(":")
            well_formed = bool(host) and bool(digits) == bool(colon)
        if not well_formed or (digits and not (digits.isdigit() and len(digits) <= 5)):
            return None
        return cls(host, int(digits) if digits else None)


def _ipv6(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Doors:
    """The names under which the server may be reached: loopback, those of the settings, and that of the public URL."""

    names: frozenset[Name]
    tls: frozenset[Name] = frozenset()

    @classmethod
    def of(cls, allowed_hosts: Iterable[str], public_url: str) -> Doors:
        """Return the doors that the settings describe."""
        given = {name for text in allowed_hosts if (name := Name.parse(text)) is not None}
        public = urlsplit(public_url)
        own = Name.parse(public.netloc)
        if own is None:
            return cls(frozenset(given))
        named = Name(own.host, own.port or _DEFAULT_PORTS.get(public.scheme))
        return cls(frozenset({*given, named}), frozenset({named} if public.scheme == "https" else ()))

    def admits(self, name: Name, server: tuple[str, int], scheme: str) -> bool:
        """Say whether a request that came in at the address `server` may call it `name`."""
        port = name.port or _DEFAULT_PORTS.get(scheme, 80)
        if port == server[1] and (name.host in LOOPBACK or name.host == _literal(server[0])):
            return True
        if any(known.host == name.host and known.port in (None, port) for known in self.names):
            return True
        return name.port is None and Name(name.host, 443) in self.tls

    def origins(self, name: Name, scheme: str) -> frozenset[str]:
        """Return the origins of pages that were loaded under `name`."""
        port = f":{name.port}" if name.port else ""
        own = {f"{scheme}://{name.host}{port}"}
        if Name(name.host, name.port or 443) in self.tls:
            own.add(f"https://{name.host}{port}")
        return frozenset(own)


def _literal(address: str) -> str:
    return f"[{_ipv6(address)}]" if ":" in address else address


def check_host(doors: Doors, hosts: list[str], server: tuple[str, int], scheme: str) -> Name:
    """Return the name under which a request came in.

    Raises:
        Refusal: 421, it is none of the server's names; 400, there is not exactly one.
    """
    if len(hosts) != 1:
        raise Refusal(400, "bad_host", "The request must have exactly one Host header.", "Send it once.")
    name = Name.parse(hosts[0])
    if name is None or not doors.admits(name, server, scheme):
        raise Refusal(
            421,
            "wrong_host",
            "This server does not answer under that host name.",
            f"Use http://localhost:{server[1]}, or add the name to NODEBUILDER_ALLOWED_HOSTS.",
        )
    return name


def check_origin(doors: Doors, name: Name, scheme: str, headers: Mapping[str, list[str]]) -> None:
    """Refuse a request that a page of another origin sent.

    Raises:
        Refusal: 403, the `Origin` is not that of the server's own pages (empty and `null` are not).
    """
    origins = headers.get("origin", [])
    if origins and (len(origins) > 1 or origins[0] not in doors.origins(name, scheme)):
        raise Refusal(
            403,
            "wrong_origin",
            "A page of another origin may not use this server.",
            "Open the editor under the address that the server printed.",
        )


def check_site(method: str, path: str, headers: Mapping[str, list[str]]) -> None:
    """Refuse what another site makes a browser send; it may only link to pages.

    Raises:
        Refusal: 403, the browser says that another site caused the request.
    """
    sites = headers.get("sec-fetch-site", [])
    if not sites or (len(sites) == 1 and sites[0] in _OWN):
        return
    linked = headers.get("sec-fetch-mode", []) == ["navigate"] and headers.get("sec-fetch-dest", []) == ["document"]
    if method in _SAFE and linked and not is_api(path):
        return
    raise Refusal(403, "cross_site", "Another site may not use this server.", "Open the editor and do it there.")


def is_api(path: str) -> bool:
    """Say whether `path` belongs to an interface for programs, not to a page or a kept file."""
    return any(path == prefix or path.startswith(prefix + "/") for prefix in _API)
