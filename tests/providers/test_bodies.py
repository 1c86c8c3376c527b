from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some

from nodebuilder.errors import NodeError
from nodebuilder.providers.bodies import read_body

PACKERS = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}


class Pieces(httpx.AsyncByteStream):
    """A body that comes in pieces, and counts how many were taken."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = pieces
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.taken += 1
            yield piece


def read(stream: Pieces, encoding: str, limit: int) -> tuple[bytes, bool]:
    response = httpx.Response(200, headers={"content-encoding": encoding}, stream=stream)
    return asyncio.run(read_body(response, limit))


@given(some.binary(max_size=400), some.sampled_from(sorted(PACKERS)), some.integers(1, 9), some.integers(400, 500))
def test_a_body_comes_whole_however_it_is_packed_and_parted(body: bytes, encoding: str, size: int, limit: int) -> None:
    packed = PACKERS[encoding](body)
    pieces = Pieces([packed[at : at + size] for at in range(0, len(packed), size)])
    assert read(pieces, encoding, limit + 100) == (body, True)


@given(some.binary(min_size=1, max_size=400), some.sampled_from(sorted(PACKERS)), some.integers(1, 99))
def test_no_more_is_read_than_the_limit(body: bytes, encoding: str, limit: int) -> None:
    packed = PACKERS[encoding](body * 10)
    found, complete = read(Pieces([packed[at : at + 7] for at in range(0, len(packed), 7)]), encoding, limit)
    assert len(found) <= limit
    assert (body * 10).startswith(found)
    assert not complete or found == body * 10


def test_reading_stops_at_the_limit() -> None:
    stream = Pieces([b"x" * 10] * 1000)
    assert read(stream, "", 25) == (b"x" * 25, False)
    assert stream.taken == 3


def test_a_packed_body_that_ends_early_is_not_complete() -> None:
    packed = gzip.compress(b"hello " * 1000)
    found, complete = read(Pieces([packed[:-12]]), "gzip", 10_000)
    assert (b"hello " * 1000).startswith(found)
    assert not complete


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd", "GZIP;x"])
def test_other_packings_are_refused(encoding: str) -> None:
    with pytest.raises(NodeError) as error:
        read(Pieces([b"x"]), encoding, 10)
    assert error.value.code == "unreadable_answer"
