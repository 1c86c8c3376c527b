"""The client for addresses that nobody vouches for: one request over checked, pinned connections.

It keeps no cookies, reads no proxy or netrc from the environment, and cuts what is too long or too slow. Along a
redirect everything is checked anew; a key goes to the place it is bound to, and nowhere a server sends us.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from typing import Final

import httpx

from nodebuilder.errors import InputError, NodeError
from nodebuilder.providers.bodies import read_body
from nodebuilder.providers.pinned import send_pinned
from nodebuilder.providers.request_headers import as_sent, is_plain
from nodebuilder.providers.urls import Resolve, Target, Url, UrlPolicy, check_url, read_url, resolve_host
from nodebuilder.providers.web import WebAnswer, WebLimits, WebRequest

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class SafeHttp:
    """Sends requests where a policy lets them go, and nowhere else; `resolve` and `tls` are seams for tests."""

    def __init__(self, *, resolve: Resolve = resolve_host, tls: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._tls = tls

    async def fetch(self, request: WebRequest, policy: UrlPolicy, limits: WebLimits) -> WebAnswer:
        """Send one request, follow redirects, and return the answer of any status.

        Raises:
            InputError: the URL, a header or where a redirect leads may not be used; nothing was sent there.
            NodeError: no answer came (`not_reachable`, `connection_reset`, `timeout`), or none that can be read.
        """
        host = read_url(request.url).host
        try:
            async with asyncio.timeout(limits.seconds):
                return await self._follow(request, policy, limits, host)
        except TimeoutError as error:
            raise NodeError(
                f"{host} had not answered in full within {limits.seconds:g} seconds.",
                "Try again, or allow more seconds.",
                code="timeout",
            ) from error

    async def _follow(self, request: WebRequest, policy: UrlPolicy, limits: WebLimits, host: str) -> WebAnswer:
        seen: set[tuple[str, str]] = set()
        for _ in range(limits.redirects + 1):
            target = await check_url(request.url, policy, self._resolve)
            answer = await self._send(request, target, limits.max_bytes)
            location = answer.header("location") if answer.status in REDIRECTS else ""
            seen.add((request.method, answer.url))
            if not location:
                return answer
            request = redirected(request, answer.status, target.url.join(location))
            policy = policy if target.private else replace(policy, private_hosts=())
            if (request.method, request.url) in seen:
                break
        often = f"in a circle, or more than {limits.redirects} times" if limits.redirects else "to another address"
        raise NodeError(
            f"{host} redirects {often}.",
            "Use the address that it should end at.",
            code="too_many_redirects",
        )

    async def _send(self, request: WebRequest, target: Target, limit: int) -> WebAnswer:
        sent = httpx.Request(
            request.method,
            str(target.url),
            headers=as_sent(_with_key(request, target)),
            content=request.body or None,
        )
        try:
            response = await send_pinned(target, sent, self._tls)
            try:
                moved = response.status_code in REDIRECTS and "location" in response.headers
                body, complete = (b"", True) if moved else await read_body(response, limit)
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            raise _broken(target, error) from error
        headers = tuple(response.headers.multi_items())
        return WebAnswer(response.status_code, str(target.url), headers, body, complete)


def redirected(request: WebRequest, status: int, after: Url) -> WebRequest:
    """Return the request that a redirect asks for; to another origin goes nothing that only the first was to know.

    Raises:
        InputError: the request may not be made there (code `redirect_refused`).
    """
    before, url = read_url(request.url), str(after)
    keeps = request.method in ("GET", "HEAD") or status in (307, 308) or (status != 303 and request.method != "POST")
    method, body, headers = request.method, request.body, request.headers
    if not keeps:
        method, body = "GET", b""
        headers = tuple(header for header in headers if not header[0].lower().startswith("content-"))
    if before.origin == after.origin:
        return replace(request, url=url, method=method, body=body, headers=headers)
    if body or method not in ("GET", "HEAD"):
        raise _refused(before.host, f"to {after.host}, and the request has more than an address to send")
    plain = tuple(header for header in headers if is_plain(header[0]))
    if before.scheme == "https" and after.scheme == "http" and (_is_bound(request, before) or plain != headers):
        raise _refused(before.host, "to an address without encryption, and the request carries credentials")
    return WebRequest(url, method, plain)


def _refused(host: str, where: str) -> InputError:
    return InputError(
        f"{host} redirects {where}.", "Look at the new address, and call it directly.", code="redirect_refused"
    )


def _with_key(request: WebRequest, target: Target) -> tuple[tuple[str, str], ...]:
    """Return the headers, with the key's if it is bound to this place."""
    key = request.key
    if key is None or not _is_bound(request, target.url):
        return request.headers
    if target.url.scheme != "https" and not target.private:
        raise InputError(
            f"The key is not sent to {target.url.host} without encryption.",
            "Write the address with https://.",
            code="key_needs_https",
        )
    others = tuple(header for header in request.headers if header[0].lower() != key.header.lower())
    return (*others, (key.header, key.prefix + key.key.reveal()))


def _is_bound(request: WebRequest, url: Url) -> bool:
    """Say whether the request has a key for this place: the very host, at the scheme's own port unless one is named."""
    key = request.key
    return key is not None and bool(key.key) and not key.key.hosts.isdisjoint({url.authority, url.place})


def _broken(target: Target, error: httpx.TransportError) -> NodeError:
    host = target.url.host
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        why = f": {error}" if str(error) else ""
        cause, remedy = f"{host} cannot be reached{why}.", "Check the address and the network."
        return NodeError(cause, remedy, code="not_reachable")
    return NodeError(
        f"The connection to {host} broke, or its answer is no HTTP: {type(error).__name__}.",
        "Try again; look first whether the request was carried out, if it changes something.",
        code="connection_reset",
    )
