"""Random schedules, clocks that leap, restarts and runs that take long: what begins is what the rules name, once."""

# ruff: noqa: ARG002 - what stands in for the runs is called as they are

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodebuilder.errors import StorageError
from nodebuilder.house.dues import FAR_BACK_MS, Rules
from nodebuilder.house.runs import Listener
from nodebuilder.house.schedules import Schedules
from nodebuilder.nodes.schedule import schedule
from nodebuilder.nodes.timetable import MOST_COUNTED
from nodebuilder.settings import Settings, load_settings
from nodebuilder.storage.database import Database
from nodebuilder.storage.listeners import ListenerStore
from nodebuilder.storage.schedules import ScheduleStore
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Workflow
from nodebuilder.workflow.read import from_json
from tests.house.faked_clock import FakedClock, ms

BEGIN = ms("2026-03-28T22:17:31Z")
MINUTE = 60_000


@dataclass
class World:
    """What lies about a schedule: the runs that it begins, kept by their request ids as the history keeps them."""

    clock: FakedClock
    runs: dict[str, str] = field(default_factory=dict[str, str])
    under_way: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    begun: list[tuple[int, int, int, bool]] = field(default_factory=list[tuple[int, int, int, bool]])
    fails: bool = False

    async def fire(
        self,
        workflow_id: str,
        node: str,
        values: Mapping[str, JSON],
        *,
        request_id: str | None = None,
        listener: Listener | None = None,
    ) -> str:
        if self.fails:
            raise StorageError("The disk is full.", "Make room.")
        assert request_id is not None
        if request_id not in self.runs:
            run_id = self.runs[request_id] = uuid4().hex
            told = json.loads(str(values["payload"]))
            due = round(datetime.fromisoformat(told["time"]).timestamp() * 1000)
            self.begun.append((due, self.clock.now(), told["missed"], bool(self.under_way)))
            self.under_way[run_id] = asyncio.Event()
        return self.runs[request_id]

    async def wait(self, run_id: str) -> None:
        if run_id in self.under_way:
            await self.under_way[run_id].wait()

    def end_all(self) -> None:
        for ended in self.under_way.values():
            ended.set()
        self.under_way.clear()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("schedules")
    return load_settings(data_dir=folder / "data", key_file=folder / "secret.key")


intervals = st.fixed_dictionaries(
    {"kind": st.just("interval"), "every": st.sampled_from([1, 2.5, 7, 60]), "unit": st.just("minutes")}
)
crons = st.fixed_dictionaries(
    {
        "kind": st.just("cron"),
        "cron": st.sampled_from(["*/5 * * * *", "0 * * * *", "30 2 * * *", "15,45 1-3 * * *", "0 3 * * *"]),
        "timezone": st.sampled_from(["", "Europe/Berlin", "America/New_York"]),
    }
)
rules_of = st.fixed_dictionaries(
    {"missed": st.sampled_from(["skip", "run once"]), "overlap": st.sampled_from(["skip", "wait", "run beside"])}
)
widgets = st.builds(lambda times, rest: times | rest, intervals | crons, rules_of)
leaps = st.sampled_from([1, 999, 30_000, MINUTE, 150_000, 5 * MINUTE, 61 * MINUTE, 7 * 60 * MINUTE])
acts = st.lists(
    st.one_of(
        st.tuples(st.just("on"), leaps),
        st.tuples(st.just("due"), st.sampled_from([0, 0, 1, 59_000, MINUTE, 61_000])),
        st.tuples(st.just("back"), st.sampled_from([10, 1000, 30 * MINUTE])),
        st.tuples(st.just("restart"), st.sampled_from([0, 2000, 90_000, 9 * 60 * MINUTE])),
        st.tuples(st.just("save"), st.just(0)),
        st.tuples(st.just("full"), leaps),
        st.tuples(st.just("end"), st.just(0)),
    ),
    max_size=14,
)


@settings(deadline=None, max_examples=50)
@given(values=widgets, acts=acts)
def test_runs_begin_for_the_times_that_the_rules_name_in_order_and_none_twice(
    kept: Settings, values: dict[str, Any], acts: list[tuple[str, int]]
) -> None:
    asyncio.run(lived(kept, values, acts))


async def lived(kept: Settings, values: dict[str, Any], acts: list[tuple[str, int]]) -> None:
    database = await Database.open(kept)
    try:
        life = Life(database, values)
        await life.begin()
        await ListenerStore(database).add(life.id)
        for act, amount in acts:
            await life.do(act, amount)
        await life.end()
    finally:
        await database.close()


class Life:
    """One schedule that is lived through, watched at every step."""

    def __init__(self, database: Database, values: dict[str, Any]) -> None:
        self.id = f"w{uuid4().hex}"
        self.world = World(FakedClock(BEGIN))
        self.rules = Rules.of(schedule.read_widgets(values))
        self._store = ScheduleStore(database)
        self._values = values
        self._saves = 0
        self._latest = BEGIN

    def _workflow(self) -> Workflow:
        other = {"type": "text", "values": {"value": str(self._saves)}}
        return from_json({"nodes": {"when": {"type": "schedule", "values": self._values}, "other": other}})

    async def begin(self) -> None:
        self.ear = Schedules(self.world.fire, self.world.wait, self._store, self.world.clock)
        await self.ear.arm(self.id, self._workflow())
        await self.world.clock.settled()

    async def end(self) -> None:
        await self.ear.disarm(self.id)

    async def do(self, act: str, amount: int) -> None:
        clock, before = self.world.clock, len(self.world.begun)
        waits, busy = self._told()["waiting"], bool(self.world.under_way) and act not in ("restart", "end")
        match act:
            case "restart":
                await self.end()
                self.world.end_all()
                clock.leap(amount)
                await self.begin()
            case "save":
                self._saves += 1
                await self.ear.arm(self.id, self._workflow())
                await clock.settled()
            case "end":
                ending = bool(self.world.under_way)
                self.world.end_all()
                await clock.settled(again=ending)
            case "full":
                self.world.fails = True
                await clock.to(clock.now() + amount)
                self.world.fails = False
                await clock.on(seconds=15)
            case "due":
                await clock.to(max(clock.now(), round(self._told()["next_at"] * 1000) + amount))
            case "back":
                # Set back by more than an hour in all, it begins anew: what is due then comes twice, as it must.
                await clock.to(max(clock.now() - amount, self._latest - FAR_BACK_MS))
            case _:
                await clock.to(clock.now() + amount)
        await self._judge(act, before, waits=waits, busy=busy)

    def _told(self) -> dict[str, Any]:
        return self.ear.describe(self.id)[0]

    async def _judge(self, act: str, before: int, *, waits: bool, busy: bool) -> None:
        rules, begun, now = self.rules, self.world.begun, self.world.clock.now()
        dues = [due for due, _, _, _ in begun]
        assert dues == sorted(set(dues)), "in order, none twice"
        assert len(begun) - before <= 1, "at most one for what passed in one leap"
        for due, at, _, beside in begun[before:]:
            assert rules.times.after(due - 1, BEGIN) == due, "it is due then"
            assert due <= at
            assert not beside or rules.overlap == "run beside"
            assert waits or act == "full" or at - due <= MINUTE or rules.missed == "run once", (
                "what was missed is left out"
            )
        state = (await self._store.of(self.id))["when"]
        earlier, _ = rules.times.last(BEGIN, self._latest, BEGIN)
        self._latest = max(self._latest, now)
        last, counted = rules.times.last(BEGIN, self._latest, BEGIN)
        in_line = 0 if state.pending is None else 1 + state.before
        accounted = sum(1 + missed for _, _, missed, _ in begun) + in_line + state.passed
        assert accounted == counted or min(accounted, counted) >= MOST_COUNTED, "each is accounted for"
        if last == earlier or act == "full":
            return
        wanted = (now - (last or 0) <= MINUTE or rules.missed == "run once") and not (busy and rules.overlap == "skip")
        if not wanted:
            assert last not in (state.pending, *dues)
        elif busy and rules.overlap == "wait":
            assert state.pending == last
        else:
            assert (dues[-1], state.pending) == (last, None)
