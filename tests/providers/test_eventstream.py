"""Server-sent events: however the bytes are cut, the same events come out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers.eventstream import EventReader


def read(raw: bytes, *cuts: int) -> list[bytes]:
    reader, found, start = EventReader(), list[bytes](), 0
    for cut in (*sorted(cuts), len(raw)):
        found += reader.feed(raw[start:cut])
        start = max(start, cut)
    return found


@pytest.mark.parametrize(
    ("raw", "events"),
    [
        (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data:a\r\n\r\ndata:  b\r\n\r\n", [b"a", b" b"]),
        (b"data: a\rdata: b\r\rx", [b"a\nb"]),
        (b": ping\n\nevent: x\nid: 7\ndata: a\n\n", [b"a"]),
        (b"data: a\n\ndata: half", [b"a"]),
        (b"data: a\n\ndata: half\n", [b"a"]),
        (b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
        (b"data\n\ndata:\n\n", [b"", b""]),
        (b"database: x\n\n", []),
        (b"", []),
        (b"<html>", []),
    ],
)
def test_the_data_of_whole_events_is_given(raw: bytes, events: list[bytes]) -> None:
    assert read(raw) == events


@given(
    st.lists(st.sampled_from([b"data: ", b"data:", b"x", "é👋".encode(), b"\n", b"\r\n", b"\r", b": c", b" "])).map(
        b"".join
    ),
    st.lists(st.integers(0, 80), max_size=12),
)
def test_cuts_change_nothing(raw: bytes, cuts: list[int]) -> None:
    raw = b"data: begin\n\n" + raw + b"\n\n"
    assert read(raw, *(cut for cut in cuts if cut <= len(raw))) == read(raw)
