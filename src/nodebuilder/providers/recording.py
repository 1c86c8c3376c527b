"""An HTTP transport that writes down what truly happened, so that nobody has to trust a library's account of it.

Whether a paid call may be made again hangs on facts that client libraries hide or lose: was the request sent, how far
did the answer come, what did the body say. A `Recording` has them; a second request is refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

import httpx

CONNECT_SECONDS: Final = 15.0
_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.LocalProtocolError)


class AnswerTooLargeError(httpx.StreamError):
    """The answer has more bytes than are read."""


class SecondRequestError(httpx.TransportError):
    """A library tried to make a call again on its own."""


@dataclass(slots=True)
class Recording:
    """One request and its answer as seen on the wire; `status` is 0 until the answer begins."""

    limit: int
    attempted: bool = False
    status: int = 0
    headers: httpx.Headers = field(default_factory=httpx.Headers)
    chunks: list[bytes] = field(default_factory=list[bytes])
    received: int = 0
    complete: bool = False
    failure: Exception | None = None
    stream: httpx.AsyncByteStream | None = None

    @property
    def body(self) -> bytes:
        """The bytes of the answer that arrived, exactly as they were sent."""
        return b"".join(self.chunks)

    @property
    def accepted(self) -> bool:
        """Whether the provider took the request and answered with success, and so has charged for it."""
        return 200 <= self.status < 300

    @property
    def never_sent(self) -> bool:
        """Whether the provider provably never got the request: no name, no connection, no TLS."""
        return not self.attempted or isinstance(self.failure, _NEVER_SENT)

    @property
    def too_large(self) -> bool:
        """Whether reading was stopped because the answer has more than `limit` bytes."""
        return isinstance(self.failure, AnswerTooLargeError)

    async def read(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives, in place of whoever sent the request, and write it down."""
        assert self.stream is not None  # noqa: S101 - an answer that began has a body
        async for chunk in self.stream:
            yield chunk

    def take(self, chunk: bytes) -> None:
        """Write down a piece of the answer, up to the limit."""
        room = self.limit - self.received
        self.chunks.append(chunk[:room])
        self.received += min(len(chunk), room)
        if len(chunk) > room:
            raise AnswerTooLargeError(f"The answer has more than {self.limit:,} bytes.")


class RecordingTransport(httpx.AsyncBaseTransport):
    """Sends one request through `inner` and writes down what happens.

    Compression is not asked for; where it comes all the same, the bytes are passed on and written down as they are.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, recording: Recording) -> None:
        self._inner = inner
        self._recording = recording

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and return an answer whose body is written down as it is read."""
        recording = self._recording
        if recording.attempted:
            raise SecondRequestError("One recording is for one request.")
        recording.attempted = True
        request.headers["accept-encoding"] = "identity"
        request.extensions["timeout"] = {"connect": CONNECT_SECONDS, "read": None, "write": None, "pool": None}
        try:
            response = await self._inner.handle_async_request(request)
        except Exception as error:
            recording.failure = error
            raise
        recording.status, recording.headers = response.status_code, response.headers
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - an async transport has no other
        recording.stream = _Copied(stream, recording)
        return httpx.Response(
            response.status_code,
            headers=[(name, value) for name, value in response.headers.raw if name.lower() != b"content-encoding"],
            stream=recording.stream,
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()


class _Copied(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, recording: Recording) -> None:
        self._inner = inner
        self._recording = recording

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._inner:
                self._recording.take(chunk)
                yield chunk
        except Exception as error:
            self._recording.failure = error
            raise
        self._recording.complete = True

    async def aclose(self) -> None:
        await self._inner.aclose()
