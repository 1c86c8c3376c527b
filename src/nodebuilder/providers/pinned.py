"""An HTTP transport that connects to checked addresses only, whatever a name stands for a moment later.

It gives any httpx client what `check_url` promises: each request, also one that follows a redirect, is checked, and its
connection goes to the very address that was checked, while Host header and certificate stay those of the name.

    httpx.AsyncClient(transport=SafeTransport(UrlPolicy(private_hosts=…)), trust_env=False)
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from functools import cache
from typing import Final

import httpx

from nodebuilder.providers.urls import Resolve, Target, UrlPolicy, check_url, resolve_host

CONNECT_SECONDS: Final = 10.0
MAX_ADDRESSES: Final = 4
_NO_POOL: Final = httpx.Limits(max_keepalive_connections=0)


class SafeTransport(httpx.AsyncBaseTransport):
    """Checks each request against `policy` and sends it to a checked address; raises `InputError` for others."""

    def __init__(
        self, policy: UrlPolicy, *, resolve: Resolve = resolve_host, tls: ssl.SSLContext | None = None
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._tls = tls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, if its URL may be contacted."""
        target = await check_url(str(request.url), self._policy, self._resolve)
        return await send_pinned(target, request, self._tls)


async def send_pinned(target: Target, request: httpx.Request, tls: ssl.SSLContext | None = None) -> httpx.Response:
    """Send a request to one of the checked addresses of `target`; the answer's body is still to be read and closed.

    Raises:
        httpx.ConnectError, httpx.ConnectTimeout: none of the addresses took the connection; nothing was sent.
        httpx.TransportError: the connection broke.
    """
    transport = httpx.AsyncHTTPTransport(verify=tls or _tls(), trust_env=False, limits=_NO_POOL)
    try:
        response = await _first(transport, target, request)
    except BaseException:
        await transport.aclose()
        raise
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - an async transport has no other
    return httpx.Response(
        response.status_code,
        headers=response.headers,
        stream=_Closing(stream, transport),
        extensions=response.extensions,
        request=request,
    )


async def _first(transport: httpx.AsyncHTTPTransport, target: Target, request: httpx.Request) -> httpx.Response:
    """Send the request to the first address that takes the connection."""
    *others, last = target.addresses[:MAX_ADDRESSES]
    for address in others:
        try:
            return await transport.handle_async_request(_pinned(request, target, address))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue  # nothing was sent: the next address may answer
    return await transport.handle_async_request(_pinned(request, target, last))


def _pinned(request: httpx.Request, target: Target, address: str) -> httpx.Request:
    headers = httpx.Headers(request.headers)
    headers["host"] = target.url.authority
    timeout = {"connect": CONNECT_SECONDS, **request.extensions.get("timeout", {})}
    return httpx.Request(
        request.method,
        httpx.URL(str(target.url)).copy_with(host=address),
        headers=headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": target.url.host, "timeout": timeout},
    )


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class _Closing(httpx.AsyncByteStream):
    """A body whose end is also the end of the connection."""

    def __init__(self, inner: httpx.AsyncByteStream, transport: httpx.AsyncHTTPTransport) -> None:
        self._inner = inner
        self._transport = transport

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
        await self._transport.aclose()
