"""The events of a running run in memory, and the JSON they become."""

from __future__ import annotations

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.house.feed import KEPT, Feed, WireEvent, encode


def event(seq: int) -> WireEvent:
    return WireEvent({"kind": "node_logged", "seq": seq, "run_id": "r", "at": 0.0})


@given(st.integers(0, 2 * KEPT), st.integers(0, 3 * KEPT), st.integers(1, 300))
def test_since_gives_what_follows_or_says_that_it_is_gone(told: int, after: int, most: int) -> None:
    feed = Feed("r")
    for seq in range(1, told + 1):
        feed.add(event(seq))
    assert feed.last_seq == told
    got = feed.since(after, most)
    if got is None:
        assert after + 1 <= told - KEPT
    else:
        assert [each.seq for each in got] == list(range(after + 1, min(told, after + most) + 1))


async def test_readers_are_woken_and_nobody_is_waited_for() -> None:
    feed, reader, gone = Feed("r"), asyncio.Event(), asyncio.Event()
    feed.add_reader(reader)
    feed.add_reader(gone)
    feed.remove_reader(gone)
    feed.add(event(1))
    assert reader.is_set()
    assert not gone.is_set()
    reader.clear()
    feed.close()
    assert reader.is_set()
    assert feed.ended


def test_an_event_is_written_once() -> None:
    one = event(1)
    assert json.loads(one.text) == one.body
    assert one.text is one.text
    assert WireEvent({"kind": "k", "seq": 7}, "as it was").text == "as it was"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_anything_json_can_say_is_said(value: object) -> None:
    assert json.loads(encode(value)) == value


def test_what_utf8_cannot_hold_and_huge_numbers_are_said_too() -> None:
    assert json.loads(encode({"half": "\ud800", "huge": 2**100})) == {"half": "\ud800", "huge": 2**100}
    assert encode(float("nan")) == "null"
