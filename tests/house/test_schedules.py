"""Schedules in a real house: runs that begin when a faked clock says so, kept across restarts and sudden deaths."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from nodebuilder.errors import WorkflowError
from nodebuilder.house import House, open_house
from nodebuilder.house.clock import WallClock
from nodebuilder.settings import Settings, load_settings
from nodebuilder.storage.tables import schedule_state
from tests.house.faked_clock import FakedClock, ms

SCENE = Path(__file__).parent / "scenes" / "killed_schedule.py"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", key_file=tmp_path / "secret.key")


@asynccontextmanager
async def opened(settings: Settings, clock: FakedClock) -> AsyncIterator[House]:
    async with open_house(settings, exclusive=True, clock=clock) as house:
        await house.listening.take_up()
        yield house


@pytest.fixture
def clock() -> FakedClock:
    return FakedClock("2026-03-02T10:00:00Z")


@pytest.fixture
async def house(settings: Settings, clock: FakedClock) -> AsyncIterator[House]:
    async with opened(settings, clock) as house:
        yield house


def flow(*, seconds: float = 0, **values: Any) -> dict[str, Any]:
    """A workflow that keeps the due time for a while."""
    return {
        "format": "nodebuilder/1",
        "name": "Clockwork",
        "nodes": {
            "when": {"type": "schedule", "values": values},
            "hold": {"type": "wait", "values": {"wait_time_seconds": seconds}},
        },
        "links": ["when.time -> hold.trigger"],
    }


async def save(house: House, document: dict[str, Any], workflow_id: str = "clockwork") -> None:
    await house.store.workflows.put(workflow_id, json.dumps(document), name="Clockwork")
    await house.listening.follow(workflow_id)


async def listen(house: House, **values: Any) -> None:
    await save(house, flow(**values))
    await house.listening.start("clockwork")


async def times(house: House) -> list[str]:
    """The due times of all runs, the oldest first."""
    runs = [await house.runs.detail(run["run_id"]) for run in reversed(await house.runs.list())]
    documents = [json.loads((await house.store.history.detail(run["run_id"])).document) for run in runs]
    return [json.loads(each["nodes"]["when"]["values"]["payload"])["time"] for each in documents]


async def ended(house: House, clock: FakedClock) -> None:
    """Wait until all runs have ended, and the schedules know it."""
    for run in await house.runs.list():
        await house.runs.wait(run["run_id"])
    for _ in range(10):  # whoever else waited for the end goes on, too
        await asyncio.sleep(0)
    await clock.to(clock.now())


async def told(house: House) -> dict[str, Any]:
    (node,) = (await house.listening.describe("clockwork"))["nodes"]
    return node


async def test_a_run_begins_for_each_due_time_with_that_time_in_its_document(house: House, clock: FakedClock) -> None:
    await listen(house, kind="cron", cron="0 * * * *", timezone="Europe/Berlin")
    await clock.to("2026-03-02T10:59:59Z")
    assert await times(house) == []
    await clock.to("2026-03-02T11:00:00Z")
    await ended(house, clock)
    await clock.to("2026-03-02T12:00:01Z")
    assert await times(house) == ["2026-03-02T12:00:00+01:00", "2026-03-02T13:00:00+01:00"]
    (run,) = (await house.runs.list())[:1]
    await house.runs.wait(run["run_id"])
    outputs = (await house.runs.detail(run["run_id"]))["outputs"]
    assert outputs["when"] == {"time": "2026-03-02T13:00:00+01:00", "missed": 0}
    assert outputs["hold"] == {"output": "2026-03-02T13:00:00+01:00"}
    assert run["workflow_id"] == "clockwork"


async def test_what_is_told_of_a_schedule(house: House) -> None:
    await listen(house, every=90, unit="minutes", overlap="wait")
    assert await told(house) == {
        "node": "when",
        "type": "schedule",
        "every": "every 90 minutes",
        "timezone": "UTC",
        "missed": "skip",
        "overlap": "wait",
        "next_at": ms("2026-03-02T11:30:00Z") / 1000,
        "waiting": False,
        "error": None,
    }
    await save(house, flow(kind="cron", cron="@daily", timezone="Asia/Tokyo"))
    node = await told(house)
    assert (node["cron"], node["timezone"], node["next_at"]) == (
        "@daily", "Asia/Tokyo", ms("2026-03-03T00:00:00+09:00") / 1000,
    )  # fmt: skip


@pytest.mark.parametrize("values", [{"kind": "cron", "cron": "soon"}, {"every": 0.1, "unit": "seconds"}])
async def test_what_can_never_be_due_does_not_listen(house: House, values: dict[str, Any]) -> None:
    await house.store.workflows.put("clockwork", json.dumps(flow(**values)), name="Clockwork")
    with pytest.raises(WorkflowError, match='"when"') as refused:
        await house.listening.start("clockwork")
    assert refused.value.code == "not_runnable"
    assert (await house.listening.describe("clockwork"))["listening"] is False


async def test_an_edit_elsewhere_keeps_the_grid_and_one_of_the_interval_begins_another(
    house: House, clock: FakedClock
) -> None:
    await listen(house)
    await clock.on(seconds=1800)
    await save(house, flow(seconds=0.01))
    assert (await told(house))["next_at"] == ms("2026-03-02T11:00:00Z") / 1000
    await save(house, flow(every=2))
    assert (await told(house))["next_at"] == ms("2026-03-02T12:30:00Z") / 1000


async def test_a_schedule_that_is_taken_out_begins_no_more_runs(house: House, clock: FakedClock) -> None:
    document = flow()
    document["nodes"]["other"] = {"type": "schedule", "values": {"every": 5}}
    await save(house, document)
    await house.listening.start("clockwork")
    del document["nodes"]["when"]
    document["links"] = ["other.time -> hold.trigger"]
    await save(house, document)
    await clock.on(seconds=3 * 3600)
    assert await house.runs.list() == []


async def test_who_stops_listening_hears_no_more_and_begins_anew_later(house: House, clock: FakedClock) -> None:
    await listen(house, missed="run once")
    await clock.on(seconds=1800)
    await house.listening.stop("clockwork")
    clock.leap(ms("2026-03-02T15:15:00Z") - clock.now())
    await house.listening.start("clockwork")
    await clock.settled()
    assert await times(house) == []
    assert (await told(house))["next_at"] == ms("2026-03-02T16:15:00Z") / 1000


async def test_a_renamed_workflow_keeps_its_grid(house: House, clock: FakedClock) -> None:
    await listen(house)
    await clock.on(seconds=1800)
    await house.store.workflows.rename("clockwork", "clock")
    await house.listening.renamed("clockwork", "clock")
    await clock.on(seconds=1800)
    assert await times(house) == ["2026-03-02T11:00:00+00:00"]


async def test_a_restart_keeps_the_grid_and_what_was_missed_is_left_out(settings: Settings, clock: FakedClock) -> None:
    async with opened(settings, clock) as house:
        await listen(house)
        await clock.on(seconds=600)
    async with opened(settings, clock := FakedClock("2026-03-02T14:20:00Z")) as house:
        await clock.settled()
        assert await times(house) == []
        await clock.to("2026-03-02T15:00:00Z")
        assert await times(house) == ["2026-03-02T15:00:00+00:00"]
        assert (await house.runs.detail((await house.runs.list())[0]["run_id"]))["status"] in ("running", "succeeded")


async def test_a_restart_makes_up_once_for_what_was_missed(settings: Settings, clock: FakedClock) -> None:
    async with opened(settings, clock) as house:
        await listen(house, missed="run once")
        await clock.on(seconds=3600)
    async with opened(settings, clock := FakedClock("2026-03-05T14:20:00Z")) as house:
        await clock.settled()
        assert await times(house) == ["2026-03-02T11:00:00+00:00", "2026-03-05T14:00:00+00:00"]
        (run,) = (await house.runs.list())[:1]
        await house.runs.wait(run["run_id"])
        assert (await house.runs.detail(run["run_id"]))["outputs"]["when"]["missed"] == 74


async def test_a_due_time_within_the_last_minute_is_not_missed_by_a_restart(
    settings: Settings, clock: FakedClock
) -> None:
    async with opened(settings, clock) as house:
        await listen(house)
        await clock.settled()
    async with opened(settings, clock := FakedClock("2026-03-02T11:00:30Z")) as house:
        await clock.settled()
        assert await times(house) == ["2026-03-02T11:00:00+00:00"]


async def test_while_the_run_before_goes_on_the_next_time_is_passed_over(house: House, clock: FakedClock) -> None:
    await listen(house, seconds=3600)
    await clock.on(seconds=3600)
    await clock.on(seconds=3600)
    await stop_runs(house, clock)
    await clock.on(seconds=3600)
    assert await times(house) == ["2026-03-02T11:00:00+00:00", "2026-03-02T13:00:00+00:00"]
    (run,) = (await house.runs.list())[:1]
    document = json.loads((await house.store.history.detail(run["run_id"])).document)
    assert json.loads(document["nodes"]["when"]["values"]["payload"])["missed"] == 1


async def test_one_due_time_waits_for_the_end_of_the_run_before(house: House, clock: FakedClock) -> None:
    await listen(house, seconds=3600, overlap="wait")
    for _ in range(3):
        await clock.on(seconds=3600)
    assert (await told(house))["waiting"] is True
    assert await times(house) == ["2026-03-02T11:00:00+00:00"]
    await stop_runs(house, clock)
    assert await times(house) == ["2026-03-02T11:00:00+00:00", "2026-03-02T13:00:00+00:00"]
    assert (await told(house))["waiting"] is False


async def test_runs_go_on_beside_each_other_when_the_node_says_so(house: House, clock: FakedClock) -> None:
    await listen(house, seconds=3600, overlap="run beside")
    for _ in range(3):
        await clock.on(seconds=3600)
    assert len(house.runs.running()) == 3


async def stop_runs(house: House, clock: FakedClock) -> None:
    for run in house.runs.running():
        await house.runs.cancel(run["run_id"])
    await ended(house, clock)


async def test_what_waited_in_line_begins_after_a_restart(settings: Settings, clock: FakedClock) -> None:
    async with opened(settings, clock) as house:
        await listen(house, seconds=3600, overlap="wait")
        await clock.on(seconds=3600)
        await clock.on(seconds=3600)
    async with opened(settings, clock := FakedClock("2026-03-02T12:30:00Z")) as house:
        await clock.settled()
        assert await times(house) == ["2026-03-02T11:00:00+00:00", "2026-03-02T12:00:00+00:00"]


async def test_a_clock_that_is_set_never_repeats_a_due_time(house: House, clock: FakedClock) -> None:
    await listen(house, every=30, unit="minutes", overlap="run beside")
    await clock.to("2026-03-02T10:30:00Z")
    await clock.to("2049-01-01T00:00:10Z")
    await clock.to("2026-03-02T10:20:00Z")
    await clock.to("2026-03-02T10:30:00Z")
    await clock.to("2026-03-02T11:00:00Z")
    await clock.to("2026-03-02T10:55:00Z")
    await clock.to("2026-03-02T11:00:00Z")
    assert await times(house) == [
        "2026-03-02T10:30:00+00:00",
        "2049-01-01T00:00:00+00:00",
        "2026-03-02T11:00:00+00:00",
    ]


async def test_a_workflow_from_a_file_has_its_schedule_too_and_leaves_no_trace_of_it(
    house: House, clock: FakedClock
) -> None:
    given = await house.listening.give("Clockwork", house.read(flow(overlap="run beside")))
    await clock.on(seconds=3600)
    await clock.on(seconds=3600)
    assert len(await house.runs.list()) == 2
    assert await house.store.database.rows(select(schedule_state)) == []
    await house.listening.stop(given)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_server_that_is_killed_between_noting_and_beginning_neither_loses_nor_repeats_a_run(
    settings: Settings, moment: str
) -> None:
    command = [sys.executable, str(SCENE), str(settings.data_dir), str(settings.key_file), moment]
    died = await asyncio.to_thread(
        subprocess.run, command, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL, died.stderr
    for _ in range(2):
        async with opened(settings, clock := FakedClock("2026-03-02T11:40:00Z")) as house:
            await clock.settled()
            assert await times(house) == ["2026-03-02T11:00:00+00:00"]
            status = (await house.runs.list())[0]["status"]
            assert (status == "interrupted") == (moment == "after")
            assert (await told(house))["waiting"] is False


async def test_the_wall_clock_waits_until_a_moment_or_a_change() -> None:
    clock, changed = WallClock(), asyncio.Event()
    begin = clock.now()
    await clock.wait(begin + 30, changed)
    assert clock.now() >= begin + 29
    changed.set()
    await clock.wait(None, changed)
    assert not changed.is_set()
