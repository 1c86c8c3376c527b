from __future__ import annotations

from nodebuilder.storage.schedules import ScheduleState, ScheduleStore
from nodebuilder.storage.store import Store

STATE = ScheduleState("every 1500 ms", 1_700_000_000_123, 1_700_000_001_623, 3, 1_700_000_001_623, 2)
FRESH = ScheduleState("cron 0 9 * * * in UTC", 5, 5)


async def test_states_come_back_as_they_were_kept_to_the_millisecond(store: Store) -> None:
    schedules = ScheduleStore(store.database)
    await store.listeners.add("lion")
    await schedules.replace("lion", {"a": STATE, "b": FRESH})
    assert await schedules.of("lion") == {"a": STATE, "b": FRESH}
    await schedules.replace("lion", {"b": STATE})
    assert await schedules.of("lion") == {"b": STATE}


async def test_what_was_kept_for_a_workflow_that_does_not_listen_counts_for_nothing(store: Store) -> None:
    schedules = ScheduleStore(store.database)
    await schedules.replace("lion", {"a": STATE})
    assert await schedules.of("lion") == {}


async def test_only_a_schedule_that_has_a_state_gets_a_new_one(store: Store) -> None:
    schedules = ScheduleStore(store.database)
    await store.listeners.add("lion")
    await schedules.replace("lion", {"a": FRESH})
    await schedules.note("lion", "a", STATE)
    await schedules.note("lion", "gone", STATE)
    assert await schedules.of("lion") == {"a": STATE}
    await store.listeners.remove("lion")
    await schedules.note("lion", "a", FRESH)
    await store.listeners.add("lion")
    assert await schedules.of("lion") == {}
