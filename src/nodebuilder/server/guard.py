"""The guard: one layer before everything, for HTTP and WebSocket alike; what it does not know, it refuses.

In order: size of address and headers, host name, origin, site, token, form and length of the body. Only then does the
application see the request, and its body is counted while it streams in. Every answer leaves with the same headers.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nodebuilder.server.headers import secured
from nodebuilder.server.hosts import Doors, check_host, check_origin, check_site
from nodebuilder.server.limits import BodyLimits, check_form, check_length, check_size, has_body, is_hook, too_large
from nodebuilder.server.problems import Refusal, plain
from nodebuilder.server.signin import signin_page, start_session
from nodebuilder.server.tokens import Tokens, offered_protocol
from nodebuilder.server.v1_errors import response_of

log = logging.getLogger(__name__)
_OPEN: Final = frozenset({("POST", "/api/session"), ("GET", "/signin.js")})
"""What may be asked without a token: signing in."""

SANDBOX: Final = "/sandbox/v1/"
BODY_SECONDS: Final = 30.0
"""How long a request may send nothing before its body is there."""
HOOK_TIMES: Final = 4
"""So many times as long may all of the body of a delivery take: anybody may send one, and it is small."""


@dataclass(slots=True)
class Caller:
    """One request as the guard sees it."""

    method: str
    path: str
    scheme: str
    server: tuple[str, int]
    peer: str
    headers: Mapping[str, list[str]]
    query: str

    @classmethod
    def of(cls, scope: Scope) -> Caller:
        """Read the scope of a request."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        address, port = scope.get("server") or ("", None)
        return cls(
            method=str(scope.get("method", "GET")),
            path=str(scope["path"]),
            scheme={"ws": "http", "wss": "https"}.get(str(scope["scheme"]), str(scope["scheme"])),
            server=(address, port or 0),
            peer=(scope.get("client") or ("", 0))[0],
            headers=headers,
            query=scope.get("query_string", b"").decode("latin-1"),
        )


class Guard:
    """Wraps the application; see the module."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        doors: Doors,
        tokens: Tokens,
        limits: BodyLimits,
        sandbox_key: str = "",
        signed: Callable[[str, str], bool] | None = None,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        """Guard `app`; `signed` says whether a webhook at this method and path checks who calls by a signature.

        A request that sends nothing for `body_seconds` before its body is there is given up, and a delivery to a
        webhook that takes four times as long.
        """
        self._doors = doors
        self._limits = limits
        self.tokens = tokens
        self.app = app
        self._sandbox_key = sandbox_key
        self._signed = signed
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = secrets.token_hex(8)
        caller = Caller.of(scope)
        answer = Answer(send, request_id, caller.path)
        try:
            self._check(scope, caller)
            if (session := self._launched(caller)) is not None:
                await answer.response(session)
                return
            self._check_token(scope, caller)
            check_form(caller.method, caller.path, caller.headers)
            limit = self._limits.at(caller.method, caller.path)
            check_length(limit, caller.headers)
        except Refusal as refusal:
            await answer.refuse(refusal, caller, closes=True)
            return
        scope.setdefault("state", {})["request_id"] = request_id
        try:
            await self.app(scope, _counted(receive, answer, limit, self._patience(caller)), answer.send)
        except Refusal as refusal:
            await answer.refuse(refusal, caller)
        except asyncio.CancelledError:
            # The server is at its end and has waited for this request long enough.
            await answer.refuse(plain(503), caller)
        except Exception:
            log.exception("Request %s failed: %s %s", request_id, caller.method, caller.path)
            await answer.refuse(plain(500), caller)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = Caller.of(scope)
        try:
            self._check(scope, caller)
            self._check_token(scope, caller)
        except Refusal as refusal:
            await _deny(scope, receive, send, refusal)
            return
        scope["nodebuilder.subprotocol"] = offered_protocol(caller.headers)
        try:
            await self.app(scope, receive, send)
        except Exception:
            log.exception("A WebSocket failed: %s", caller.path)

    def _patience(self, caller: Caller) -> Callable[[], float]:
        """Return what tells how long the next part of a body may take."""
        if not is_hook(caller.path):
            return lambda: self._body_seconds
        end = time.monotonic() + HOOK_TIMES * self._body_seconds
        return lambda: min(self._body_seconds, end - time.monotonic())

    def _check(self, scope: Scope, caller: Caller) -> None:
        check_size(scope.get("raw_path", b"") + scope.get("query_string", b""), scope["headers"])
        name = check_host(self._doors, caller.headers.get("host", []), caller.server, caller.scheme)
        check_origin(self._doors, name, caller.scheme, caller.headers)
        check_site(caller.method, caller.path, caller.headers)

    def _check_token(self, scope: Scope, caller: Caller) -> None:
        if (caller.method, caller.path) in _OPEN or (scope["type"] == "http" and self._knows_otherwise(caller)):
            return
        self.tokens.check(caller.path, caller.server[1], caller.peer, caller.headers)

    def _knows_otherwise(self, caller: Caller) -> bool:
        """Say whether a caller needs no token: its key is another one, or it signs what it delivers."""
        return self._from_sandbox_caller(caller) or (
            is_hook(caller.path) and self._signed is not None and self._signed(caller.method, caller.path)
        )

    def _from_sandbox_caller(self, caller: Caller) -> bool:
        """Say whether this very process calls its own sandbox; the key is known to nobody else."""
        given = caller.headers.get("authorization", [])
        own = f"Bearer {self._sandbox_key}".encode()
        if not self._sandbox_key or len(given) != 1 or not caller.path.startswith(SANDBOX):
            return False
        return hmac.compare_digest(given[0].encode("latin-1", "replace"), own)

    def _launched(self, caller: Caller) -> Response | None:
        """Return the answer to the launch link `/?token=…` while it is good, or None."""
        if not self.tokens.required or caller.method != "GET" or caller.path != "/":
            return None
        session = self.tokens.launch(dict(parse_qsl(caller.query)).get("token", ""))
        if session is None:
            return None
        return start_session(self.tokens, session, caller.server[1], secure=caller.scheme == "https")


class Answer:
    """The answer to one request: headers are completed, and it is given once."""

    def __init__(self, send: Send, request_id: str, path: str = "") -> None:
        self._send = send
        self._path = path
        self._request_id = request_id
        self._started = False
        self.closed = False

    async def send(self, message: Message) -> None:
        """Pass on a message of the application, unless the guard has answered already."""
        if self.closed:
            return
        if message["type"] == "http.response.start":
            self._started = True
            message = {**message, "headers": secured(list(message.get("headers", [])), self._request_id)}
        await self._send(message)

    async def response(self, response: Response) -> None:
        """Give this answer."""
        start = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
        await self.send(start)
        await self.send({"type": "http.response.body", "body": response.body})
        self.closed = True

    async def refuse(self, refusal: Refusal, caller: Caller | None = None, *, closes: bool = False) -> None:
        """Answer with a refusal; `closes` ends the connection, whose body nobody will read."""
        if self._started or self.closed:
            self.closed = True
            return
        page = caller is not None and refusal.status_code == 401 and _wants_page(caller)
        response = signin_page() if page else response_of(refusal, self._path)
        if closes and caller is not None and has_body(caller.headers):
            response.headers["connection"] = "close"
        await self.response(response)


def _wants_page(caller: Caller) -> bool:
    accepted = ",".join(caller.headers.get("accept", []))
    return caller.method == "GET" and caller.path == "/" and "text/html" in accepted


def _counted(receive: Receive, answer: Answer, limit: int, patience: Callable[[], float]) -> Receive:
    """Return `receive`, which ends the request when more than `limit` bytes come, or the next ones not in time."""
    seen = 0
    coming = True

    async def counted() -> Message:
        nonlocal seen, coming
        if answer.closed:
            return {"type": "http.disconnect"}
        if not coming:
            return await receive()
        try:
            async with asyncio.timeout(patience()):
                message = await receive()
        except TimeoutError:
            await answer.refuse(plain(408))
            return {"type": "http.disconnect"}
        seen += len(message.get("body", b""))
        coming = bool(message.get("more_body", False))
        if seen > limit:
            await answer.refuse(too_large(limit))
            return {"type": "http.disconnect"}
        return message

    return counted


async def _deny(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    """Refuse a WebSocket before it is accepted, saying why where the server can."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    response = refusal.as_response()
    headers = secured(response.raw_headers, secrets.token_hex(8))
    await send({"type": "websocket.http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": response.body})
