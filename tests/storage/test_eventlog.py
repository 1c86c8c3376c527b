from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy import event as sql

from nodebuilder.errors import StorageError
from nodebuilder.events import CostAdded, Event, NodeFired, NodeLogged, OutputSent, RunFinished, TextStreamed
from nodebuilder.storage import eventlog as eventlog_module
from nodebuilder.storage.eventlog import EventLog
from nodebuilder.storage.store import Store
from nodebuilder.values import Asset


@pytest.fixture
async def told(store: Store) -> EventLog:
    await store.history.begin("run", document="{}", name="A lion")
    return store.history.events


def text(seq: int, words: str = "a", run: str = "run") -> TextStreamed:
    return TextStreamed(seq, run, 1000.0 + seq, "llm", 1, words)


def finished(seq: int, **changes: Any) -> RunFinished:
    given = {
        "outputs": {"n": {"o": 1}},
        "displayed": [],
        "errors": (),
        "waiting": (),
        "cost_usd": 0.5,
        "firings": 7,
        "seconds": 1.0,
    }
    return RunFinished(seq, "run", 1000.0 + seq, "succeeded", **(given | changes))


async def test_what_was_told_is_read_back_in_order(told: EventLog) -> None:
    asset = Asset("a_00000000.png", "http://x/a", "image/png", 3, 1, 2)
    events: Sequence[Event] = [
        NodeFired(1, "run", 1.0, "n", 1),
        OutputSent(2, "run", 2.0, "n", 1, {"image": asset}),
        text(3),
    ]
    for event in events:
        told.record(event)
    found = await told.since("run")

    assert [event.as_json() for event in found] == [event.as_json() for event in events]
    assert [(event.seq, event.kind, event.at) for event in found] == [
        (1, "node_fired", 1.0),
        (2, "output_sent", 2.0),
        (3, "text_streamed", 1003.0),
    ]


async def test_reading_goes_on_after_a_number(told: EventLog) -> None:
    for seq in range(1, 11):
        told.record(text(seq))

    assert [event.seq for event in await told.since("run", after=7)] == [8, 9, 10]
    assert [event.seq for event in await told.since("run", after=2, limit=3)] == [3, 4, 5]
    assert await told.since("run", after=99) == []
    assert await told.since("other") == []
    assert (await told.last_seq("run"), await told.last_seq("other")) == (10, 0)


async def test_events_are_kept_without_anybody_asking(told: EventLog, store: Store, eventually: Any) -> None:
    told.record(text(1))
    other = await Store.open(store.settings, exclusive=False)

    async def they_are_there() -> bool:
        return len(await other.history.events.since("run")) == 1

    await eventually(they_are_there)
    await other.close()


async def test_recording_never_waits(told: EventLog) -> None:
    for seq in range(1, 20_001):
        told.record(text(seq))  # no await: nothing can have been written yet
    await told.flush()

    assert await told.last_seq("run") == 20_000


async def test_events_of_chosen_kinds_can_be_read_alone(told: EventLog) -> None:
    told.record(text(1))
    told.record(NodeLogged(2, "run", 2.0, "n", 1, "info", "hello"))
    told.record(text(3))

    assert [event.seq for event in await told.of_kinds("run", ("node_logged",))] == [2]


async def test_cost_and_firings_of_a_running_run_are_up_to_date(told: EventLog, store: Store) -> None:
    told.record(NodeFired(1, "run", 1.0, "n", 1))
    told.record(CostAdded(2, "run", 2.0, "n", 1, 0.25, "m", ""))
    told.record(CostAdded(3, "run", 3.0, "n", 1, None, "m", ""))
    await told.flush()
    told.record(NodeFired(4, "run", 4.0, "n", 2))
    told.record(CostAdded(5, "run", 5.0, "n", 1, 0.5, "m", ""))
    summary = await store.history.summary("run")

    assert (summary.status, summary.cost_usd, summary.firings) == ("running", 0.75, 2)


async def test_the_end_of_a_run_is_noted_with_its_last_event(told: EventLog, store: Store) -> None:
    told.record(NodeFired(1, "run", 1.0, "n", 1))
    told.record(finished(2))
    summary = await store.history.summary("run")

    assert (summary.status, summary.finished_at, summary.cost_usd, summary.firings) == ("succeeded", 1002.0, 0.5, 7)


async def test_no_key_gets_into_the_events(told: EventLog, store: Store) -> None:
    store.redactor.remember("my-secret-value")
    told.record(text(1, "it is my-secret-value"))
    told.record(finished(2, outputs={"n": {"my-secret-value": ["sk-abcdefghijklmnopqrst"]}}))

    assert [event.as_json().get("text") for event in await told.since("run")] == ["it is ***", None]
    assert (await store.history.detail("run")).outputs == {"n": {"***": ["***"]}}
    await store.database.scrub()
    assert b"my-secret-value" not in (store.settings.data_dir / "nodebuilder.db").read_bytes()


async def test_an_event_that_comes_twice_does_not_take_others_with_it(
    told: EventLog, caplog: pytest.LogCaptureFixture
) -> None:
    for seq in (1, 2, 2, 3):
        told.record(text(seq))

    assert [event.seq for event in await told.since("run")] == [1, 2, 3]
    assert "Event 2 of run run came twice" in caplog.text


async def test_closing_keeps_what_was_just_told(store: Store) -> None:
    await store.history.begin("run", document="{}", name="x")
    for seq in range(1, 4):
        store.history.events.record(text(seq))
    await store.history.events.close()
    other = await Store.open(store.settings, exclusive=False)

    assert len(await other.history.events.since("run")) == 3
    await other.close()


async def test_a_disk_that_refuses_for_a_while_loses_nothing(
    told: EventLog, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eventlog_module, "_RETRY_SECONDS", 0.01)
    path = store.settings.data_dir / "nodebuilder.db"
    await store.database.close()
    shutil.move(path, path.with_suffix(".away"))
    path.mkdir()
    for seq in range(1, 6):
        told.record(text(seq))
    await asyncio.sleep(0.2)
    path.rmdir()
    shutil.move(path.with_suffix(".away"), path)
    told.record(text(6))

    assert [event.seq for event in await told.since("run")] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("trouble", [RuntimeError("can't start new thread"), MemoryError(), OSError("gone")])
async def test_trouble_that_is_none_of_the_database_ends_no_writer(
    told: EventLog, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def refuse(*said: object) -> None:
        if "INSERT INTO events" in str(said[2]):
            raise trouble

    monkeypatch.setattr(eventlog_module, "_RETRY_SECONDS", 0.01)
    sql.listen(Engine, "before_cursor_execute", refuse)
    try:
        told.record(text(1))
        with pytest.raises(StorageError, match=type(trouble).__name__):
            await told.flush()
        await asyncio.sleep(0.1)
    finally:
        sql.remove(Engine, "before_cursor_execute", refuse)
    told.record(text(2))

    assert [event.seq for event in await told.since("run")] == [1, 2]


async def test_a_disk_that_refuses_for_ever_does_not_fill_the_memory(
    told: EventLog, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(eventlog_module, "MAX_BUFFERED", 3)
    path = store.settings.data_dir / "nodebuilder.db"
    await store.database.close()
    shutil.move(path, path.with_suffix(".away"))
    path.mkdir()
    for seq in range(1, 6):
        told.record(text(seq))
    await told.close()
    path.rmdir()
    shutil.move(path.with_suffix(".away"), path)

    assert "events are given up" in caplog.text
    assert [event.seq for event in await told.since("run")] == [3, 4, 5]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["record", "flush", "read", "pause"]), max_size=30), st.integers(0))
async def test_whatever_the_order_of_writing_and_reading_no_event_is_missing(
    store: Store, steps: list[str], number: int
) -> None:
    told, run, seq = store.history.events, f"run-{number}-{time.monotonic_ns()}", 0
    for step in steps:
        match step:
            case "record":
                seq += 1
                told.record(text(seq, run=run))
            case "flush":
                await told.flush()
            case "read":
                assert await told.last_seq(run) == seq
            case _:
                await asyncio.sleep(0.001)

    assert [event.seq for event in await told.since(run)] == list(range(1, seq + 1))
