"""Taking the port: before anything else is opened, so that what is wrong with it is said at once."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from dataclasses import dataclass
from typing import Final

from nodebuilder.errors import SettingsError
from nodebuilder.settings import Settings

BACKLOG: Final = 2048
_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Bound:
    """Sockets that are bound, and the address under which a person reaches them."""

    sockets: tuple[socket.socket, ...]
    host: str
    port: int

    @property
    def url(self) -> str:
        """The address for a browser on this machine (or, for one that is bound to a single address, for anybody)."""
        name = "localhost" if self.host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::") else self.host  # noqa: S104 - it is compared, not bound
        return f"http://{_in_url(name)}:{self.port}"

    @property
    def own_url(self) -> str:
        """The address under which this very process reaches itself."""
        address = str(self.sockets[0].getsockname()[0])
        reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 - it is replaced, not bound
        return f"http://{_in_url(reached)}:{self.port}"

    def close(self) -> None:
        """Give the port back."""
        for bound in self.sockets:
            bound.close()


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_exposure(settings: Settings) -> None:
    """Refuse to be reachable from other machines without a token.

    Raises:
        SettingsError: with code `token_required`.
    """
    if not is_loopback(settings.host) and not (settings.token and settings.token.get_secret_value()):
        raise SettingsError(
            f"Listening on {settings.host} lets other machines in, and no token is set.",
            "Set NODEBUILDER_TOKEN to a long random text, or listen on 127.0.0.1.",
            code="token_required",
        )


def bind(host: str, port: int) -> Bound:
    """Take the port on `host`; the usual loopback address takes it for IPv4 and IPv6 both.

    Raises:
        SettingsError: the port is in use (`port_in_use`), may not be taken, or the host is not one of this machine.
    """
    hosts = ("127.0.0.1", "::1") if host in ("127.0.0.1", "localhost") else (host.strip("[]"),)
    for _ in range(_ATTEMPTS):
        first = _bound(hosts[0], port)
        taken = int(first.getsockname()[1])
        try:
            others = [other for name in hosts[1:] if (other := _second(name, taken)) is not None]
        except SettingsError:
            first.close()
            if port:
                raise
            continue
        return Bound((first, *others), host, taken)
    raise _in_use(port)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(
            f"The host {host} is not known.", "Choose an address of this machine with --host.", code="bad_host"
        ) from error
    try:
        if sys.platform != "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        raise _refused(error, host, port) from error
    made.setblocking(False)
    return made


def _second(host: str, port: int) -> socket.socket | None:
    """Return the socket for a further address; None when this machine has no such address."""
    try:
        return _bound(host, port)
    except SettingsError as error:
        if error.code == "port_in_use":
            raise
        return None


def _refused(error: OSError, host: str, port: int) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        return _in_use(port)
    if error.errno == errno.EACCES:
        return SettingsError(
            f"Port {port} may not be taken by this user.", "Choose one above 1023 with --port.", code="port_forbidden"
        )
    return SettingsError(
        f"It is not possible to listen on {host}: {error.strerror}.",
        "Choose an address of this machine with --host.",
        code="bad_host",
    )


def _in_use(port: int) -> SettingsError:
    return SettingsError(
        f"Port {port} is in use by another program.",
        "Stop that program, or choose another port with --port (0: any free one).",
        code="port_in_use",
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
