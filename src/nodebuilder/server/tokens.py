"""Who may call when a token is set: programs by the token itself, a browser by a session that a launch link opens.

Browsers send a cookie to every port of a host, so the cookie alone opens pages and pictures only; the API and the
WebSocket also want the session's page key, which lives in the page's own storage and which no other port can read.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Final

from nodebuilder.server.hosts import is_api
from nodebuilder.server.problems import Refusal

PAGE_KEY_HEADER: Final = "x-nodebuilder-session"
PAGE_KEY_PROTOCOL: Final = "nodebuilder.session."
MAX_SESSIONS: Final = 100
MAX_WRONG: Final = 1000
WINDOW_SECONDS: Final = 60.0
MAX_PEERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser: the cookie's value, and the key that only the page knows."""

    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    page_key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


class Tokens:
    """Checks who calls; without a token everybody who reaches the server may."""

    def __init__(self, token: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._token = token.encode() if token else None
        self._clock = clock
        self._launch = secrets.token_urlsafe(24)
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    @property
    def required(self) -> bool:
        """Whether callers must present a token."""
        return self._token is not None

    @property
    def launch_code(self) -> str:
        """The code of the launch link `/?token=…`; it opens one session."""
        return self._launch

    def cookie_name(self, port: int) -> str:
        """Return the name of the session cookie; cookies do not separate ports, so the name does."""
        return f"nodebuilder_{port}"

    def check(self, path: str, port: int, peer: str, headers: Mapping[str, list[str]]) -> None:
        """Let a caller pass who presents the token, or whose session may go to `path`.

        Raises:
            Refusal: 401, nobody known; 429, too many wrong tokens came from this peer.
        """
        if self._token is None:
            return
        given = headers.get("authorization", [])
        if given:
            if self.matches(peer, _bearer(given)):
                return
        elif self._session_may(path, port, headers):
            return
        raise unauthorized()

    def matches(self, peer: str, token: str) -> bool:
        """Say whether `token` is the token, in constant time.

        Raises:
            Refusal: 429, too many wrong ones came from this peer within a minute.
        """
        wrong = self._wrong.setdefault(peer, deque())
        now = self._clock()
        while wrong and wrong[0] < now - WINDOW_SECONDS:
            wrong.popleft()
        if len(wrong) >= MAX_WRONG:
            raise Refusal(
                429,
                "too_many_attempts",
                "Too many wrong tokens came from this address.",
                "Wait a minute, then use the right one.",
                headers={"retry-after": str(int(WINDOW_SECONDS))},
            )
        right = self._token is not None and hmac.compare_digest(token.encode("utf-8", "replace"), self._token)
        if not right:
            wrong.append(now)
            while len(self._wrong) > MAX_PEERS:
                self._wrong.popitem(last=False)
        return right

    def launch(self, code: str) -> Session | None:
        """Return a new session if `code` is the launch code, which is then used up and replaced."""
        if not hmac.compare_digest(code.encode("utf-8", "replace"), self._launch.encode()):
            return None
        self._launch = secrets.token_urlsafe(24)
        return self.open_session()

    def open_session(self) -> Session:
        """Return a new session; the oldest ends when there are too many."""
        session = Session()
        self._sessions[session.cookie] = session
        while len(self._sessions) > MAX_SESSIONS:
            self._sessions.popitem(last=False)
        return session

    def _session_may(self, path: str, port: int, headers: Mapping[str, list[str]]) -> bool:
        session = self._sessions.get(_cookie(headers, self.cookie_name(port)))
        if session is None:
            return False
        keys = [*headers.get(PAGE_KEY_HEADER, []), *_protocol_keys(headers)]
        return not is_api(path) or (len(keys) == 1 and hmac.compare_digest(keys[0].encode(), session.page_key.encode()))


def unauthorized() -> Refusal:
    """Return the refusal of a caller who is not known."""
    return Refusal(
        401,
        "unauthorized",
        "This server wants a token.",
        "Send `Authorization: Bearer <token>`, or open the link that the server printed when it started.",
        headers={"www-authenticate": 'Bearer realm="nodebuilder"'},
    )


def offered_protocol(headers: Mapping[str, list[str]]) -> str | None:
    """Return the WebSocket subprotocol that carries the page key, so that the server can agree to it."""
    keys = _protocol_keys(headers)
    return PAGE_KEY_PROTOCOL + keys[0] if keys else None


def _bearer(given: list[str]) -> str:
    scheme, _, token = given[0].partition(" ")
    return token.strip() if len(given) == 1 and scheme.lower() == "bearer" else ""


def _cookie(headers: Mapping[str, list[str]], name: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load("; ".join(headers.get("cookie", [])))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def _protocol_keys(headers: Mapping[str, list[str]]) -> list[str]:
    offered = [item.strip() for line in headers.get("sec-websocket-protocol", []) for item in line.split(",")]
    return [item.removeprefix(PAGE_KEY_PROTOCOL) for item in offered if item.startswith(PAGE_KEY_PROTOCOL)]
