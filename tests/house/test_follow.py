"""Following a run: any reader, however slow, sees every event once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodebuilder.house.feed import Feed, WireEvent
from nodebuilder.house.follow import BATCH, Follower


def event(seq: int) -> WireEvent:
    return WireEvent({"kind": "node_logged", "seq": seq})


class Kept:
    """A history that has everything."""

    def __init__(self, count: int) -> None:
        self.count = count

    async def __call__(self, _run_id: str, after: int, most: int) -> Sequence[WireEvent]:
        return [event(seq) for seq in range(after + 1, min(self.count, after + most) + 1)]


async def drain(follower: Follower) -> list[int]:
    seen: list[int] = []
    while events := await follower.read():
        assert len(events) <= BATCH
        seen += [each.seq for each in events]
    return seen


@given(st.integers(0, 9000), st.integers(0, 9000), st.lists(st.integers(0, 3000), max_size=5))
@settings(max_examples=30, deadline=None)
def test_history_and_memory_join_without_a_seam(before: int, after: int, bursts: list[int]) -> None:
    async def follow() -> None:
        feed, kept = Feed("r"), Kept(0)

        def tell(count: int) -> None:
            for _ in range(count):
                kept.count += 1
                feed.add(event(kept.count))

        tell(before)
        begin = min(after, before)
        follower = Follower("r", begin, feed, kept, asyncio.Event())
        seen = await drain(follower)
        for burst in bursts:
            tell(burst)
            seen += await drain(follower)
        assert seen == list(range(begin + 1, kept.count + 1))
        assert follower.behind == 0
        assert not follower.ended
        feed.close()
        assert follower.ended
        follower.close()

    asyncio.run(follow())


async def test_a_run_that_is_over_is_read_from_the_history() -> None:
    follower = Follower("r", 3, None, Kept(500), asyncio.Event())
    assert follower.ended
    assert follower.behind == 0
    assert await drain(follower) == list(range(4, 501))
    follower.close()


async def test_a_reader_sleeps_until_there_is_more() -> None:
    feed = Feed("r")
    follower = Follower("r", 0, feed, Kept(0), asyncio.Event())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(follower.wait(), 0.01)
    feed.add(event(1))
    await asyncio.wait_for(follower.wait(), 1)
    assert [each.seq for each in await follower.read()] == [1]


async def test_who_is_too_far_behind_can_skip() -> None:
    feed = Feed("r")
    follower = Follower("r", -5, feed, Kept(0), asyncio.Event())
    for seq in range(1, 100):
        feed.add(event(seq))
    assert follower.behind == 99
    follower.skip_to(98)
    assert [each.seq for each in await follower.read()] == [99]
