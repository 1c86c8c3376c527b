"""Reading the body of an answer within limits, also of one that is small on the wire and huge when unpacked."""

from __future__ import annotations

import zlib
from typing import Final

import httpx

from nodebuilder.errors import NodeError

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_KNOWN: Final = {"gzip", "x-gzip", "deflate"}


async def read_body(response: httpx.Response, limit: int) -> tuple[bytes, bool]:
    """Return up to `limit` bytes of the body, unpacked, and whether that is all of it.

    Raises:
        NodeError: it is packed in a way that nobody asked for, or damaged (code `unreadable_answer`).
        httpx.TransportError: the connection broke.
    """
    reader, stream = _reader(response, limit), response.stream
    assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - an async transport has no other
    async for chunk in stream:
        reader.take(chunk)
        if reader.full:
            break
    return reader.body, reader.ended


class _Plain:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._chunks: list[bytes] = []
        self._length = 0
        self.full = False

    @property
    def body(self) -> bytes:
        return b"".join(self._chunks)

    @property
    def ended(self) -> bool:
        return not self.full

    @property
    def room(self) -> int:
        return self._limit - self._length

    def take(self, chunk: bytes) -> None:
        self.full = len(chunk) > self.room
        kept = chunk[: self.room]
        self._chunks.append(kept)
        self._length += len(kept)


class _Packed(_Plain):
    """Unpacks no more than fits: the bytes that a bomb would become are never made."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._unpacking = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._raw = limit
        self._started = False

    @property
    def ended(self) -> bool:
        return not self.full and (self._unpacking.eof or not self._started)

    def take(self, chunk: bytes) -> None:
        self._raw -= len(chunk)
        self._started = True
        try:
            super().take(self._unpacking.decompress(chunk, self.room + 1))
        except zlib.error as error:
            raise _unreadable("its packed body is damaged") from error
        self.full = self.full or self._raw < 0 or bool(self._unpacking.unconsumed_tail)


def _reader(response: httpx.Response, limit: int) -> _Plain:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return _Plain(limit)
    if encoding in _KNOWN:
        return _Packed(limit)
    raise _unreadable("its body is packed in a way that was not asked for")


def _unreadable(why: str) -> NodeError:
    return NodeError(f"The answer cannot be read: {why}.", "Try another address.", code="unreadable_answer")
