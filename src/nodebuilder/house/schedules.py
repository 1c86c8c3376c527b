"""Schedules: the ear of Schedule nodes. One task waits for all of them.

A due time that is to have a run is noted before the run begins, and the note is taken back after: whatever stops the
server between the two, the next one begins that run or finds that it has begun, for both give it the same request id.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from nodebuilder.errors import InputError, NodeBuilderError, StorageError, WorkflowError
from nodebuilder.house.clock import Clock
from nodebuilder.house.dues import FAR_BACK_MS, Rules, begun, dealt_with, given_up, run_begun
from nodebuilder.house.ears import Fire
from nodebuilder.house.listening import GIVEN
from nodebuilder.nodes.schedule import schedule
from nodebuilder.storage.schedules import ScheduleState, ScheduleStore
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Workflow

RETRY_MS: Final = 15_000
"""After so long a run that could not begin is tried again."""
log: Final = logging.getLogger(__name__)
Wait = Callable[[str], Awaitable[object]]
"""Waits for the end of a run (`Runs.wait`)."""


@dataclass(eq=False, slots=True)
class Armed:
    """A schedule that is heard for; `next_at` is its next due time, None when none comes."""

    workflow_id: str
    node: str
    rules: Rules
    state: ScheduleState
    next_at: int | None = None
    retry_at: int = 0
    error: NodeBuilderError | None = None

    def take(self, state: ScheduleState) -> None:
        """Stand there from now on."""
        if self.next_at is None or state.dealt != self.state.dealt:
            self.next_at = self.rules.times.after(state.dealt, state.anchor)
        self.state = state


class Schedules:
    """Begins a run for each due time of each Schedule node that is heard for, as its rules say."""

    types = frozenset({schedule.type})

    def __init__(self, fire: Fire, wait: Wait, store: ScheduleStore, clock: Clock) -> None:
        self._fire = fire
        self._wait = wait
        self._store = store
        self._clock = clock
        self._salt = uuid4().hex
        self._armed: dict[str, dict[str, Armed]] = {}
        self._under_way: dict[tuple[str, str], dict[str, asyncio.Task[None]]] = {}
        self._changed = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._noting = asyncio.Lock()

    async def arm(self, workflow_id: str, workflow: Workflow) -> None:
        """Begin runs for the schedules of a workflow from now on, instead of those before; raises `InputError`."""
        rules = {name: _rules(name, node.values) for name, node in workflow.nodes.items() if node.type in self.types}
        async with self._noting:
            kept = {} if workflow_id.startswith(GIVEN) else await self._store.of(workflow_id)
            earlier = kept or {name: each.state for name, each in self._armed.get(workflow_id, {}).items()}
            now = self._clock.now()
            states = {name: begun(rule, now, earlier.get(name)) for name, rule in rules.items()}
            if not workflow_id.startswith(GIVEN):
                await self._store.replace(workflow_id, states)
            self._armed[workflow_id] = {name: _armed(workflow_id, name, rules[name], states[name]) for name in rules}
        if rules and (self._watching is None or self._watching.done()):
            self._watching = asyncio.create_task(self._watch())
        self._changed.set()

    async def disarm(self, workflow_id: str) -> None:
        """Begin no more runs for a workflow; those under way go on."""
        self._armed.pop(workflow_id, None)
        if any(self._armed.values()):
            return
        self._changed.set()
        if self._watching is not None:
            await self._watching  # what it is doing is done to the end: a run that is beginning begins
        following = [task for runs in self._under_way.values() for task in runs.values()]
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)

    def describe(self, workflow_id: str) -> list[dict[str, Any]]:
        """Return a JSON object for each schedule of a workflow; `next_at` is in seconds since 1970."""
        return [self._described(armed) for armed in self._armed.get(workflow_id, {}).values()]

    def _described(self, armed: Armed) -> dict[str, Any]:
        times, error = armed.rules.times, armed.error
        return {
            "node": armed.node,
            "type": schedule.type,
            "cron" if times.cron else "every": times.text,
            "timezone": str(times.zone),
            "missed": armed.rules.missed,
            "overlap": armed.rules.overlap,
            "next_at": None if armed.next_at is None else armed.next_at / 1000,
            "waiting": armed.state.pending is not None,
            "error": {"code": error.code, "message": error.message, "remedy": error.remedy} if error else None,
        }

    async def _watch(self) -> None:
        """Deal with what is due, and wait for what comes next, as long as there are schedules."""
        while any(self._armed.values()):
            now = self._clock.now()
            wanted = [armed for each in self._armed.values() for armed in each.values() if self._wants(armed, now)]
            for found in await asyncio.gather(*(self._deal(armed) for armed in wanted), return_exceptions=True):
                if isinstance(found, Exception):
                    log.error("A schedule could not be dealt with; it is tried again.", exc_info=found)
            moments = [self._moment(armed) for each in self._armed.values() for armed in each.values()]
            known = [moment for moment in moments if moment is not None]
            await self._clock.wait(min(known, default=None), self._changed)

    def _wants(self, armed: Armed, now: int) -> bool:
        """Whether there is something to do for a schedule."""
        if now < armed.state.dealt - FAR_BACK_MS:
            return True
        moment = self._moment(armed)
        return moment is not None and moment <= now

    def _moment(self, armed: Armed) -> int | None:
        """Return when a schedule wants to be dealt with."""
        if self._can_begin(armed):
            return armed.retry_at
        return None if armed.next_at is None else max(armed.next_at, armed.retry_at)

    def _can_begin(self, armed: Armed) -> bool:
        """Whether a due time is to have a run, and need not wait for the end of the run before."""
        return armed.state.pending is not None and (armed.rules.overlap == "run beside" or not self._busy(armed))

    def _busy(self, armed: Armed) -> bool:
        return bool(self._under_way.get((armed.workflow_id, armed.node)))

    async def _deal(self, armed: Armed) -> None:
        """Deal with all that is due of one schedule; what could not be noted or begun is tried again."""
        now = self._clock.now()
        armed.retry_at = now + RETRY_MS
        try:
            await self._note(armed, dealt_with(armed.state, armed.rules, now, busy=self._busy(armed)))
            if self._can_begin(armed) and self._is_armed(armed):
                await self._begin(armed)
        except (InputError, StorageError) as error:
            armed.error = error
            log.warning("A schedule of %s will try again: %s", armed.workflow_id, error)
        else:
            armed.retry_at = 0

    async def _begin(self, armed: Armed) -> None:
        """Begin the run of the pending due time, or find the one that began for it."""
        state = armed.state
        due = state.pending or 0
        payload = json.dumps({"time": armed.rules.times.written(due), "missed": state.before})
        request_id = self._request_id(armed, due)
        try:
            run_id = await self._fire(armed.workflow_id, armed.node, {"payload": payload}, request_id=request_id)
        except WorkflowError as error:
            armed.error = error
            log.warning("A schedule of %s cannot begin a run: %s", armed.workflow_id, error)
            await self._note(armed, given_up(armed.state))
            return
        armed.error = None
        runs = self._under_way.setdefault((armed.workflow_id, armed.node), {})
        if run_id not in runs:
            runs[run_id] = asyncio.create_task(self._follow(armed, run_id))
        await self._note(armed, run_begun(armed.state))

    async def _follow(self, armed: Armed, run_id: str) -> None:
        """Wait for the end of a run, for the due time that may wait for it."""
        key = (armed.workflow_id, armed.node)
        try:
            await self._wait(run_id)
        finally:
            runs = self._under_way[key]
            del runs[run_id]
            if not runs:
                del self._under_way[key]
            self._changed.set()

    async def _note(self, armed: Armed, state: ScheduleState) -> None:
        """Keep a new state, unless the schedule was armed anew meanwhile."""
        async with self._noting:
            if state == armed.state or not self._is_armed(armed):
                return
            if not armed.workflow_id.startswith(GIVEN):
                await self._store.note(armed.workflow_id, armed.node, state)
            armed.take(state)

    def _is_armed(self, armed: Armed) -> bool:
        return self._armed.get(armed.workflow_id, {}).get(armed.node) is armed

    def _request_id(self, armed: Armed, due: int) -> str:
        """Return the identity of a due time; that of a workflow that is not saved counts in this process only."""
        salt = self._salt if armed.workflow_id.startswith(GIVEN) else ""
        told = "\n".join((armed.workflow_id, armed.node, str(due), salt))
        return f"schedule-{hashlib.sha256(told.encode()).hexdigest()}"


def _armed(workflow_id: str, node: str, rules: Rules, state: ScheduleState) -> Armed:
    armed = Armed(workflow_id, node, rules, state)
    armed.take(state)
    return armed


def _rules(name: str, values: Mapping[str, JSON]) -> Rules:
    try:
        return Rules.of(schedule.read_widgets(values))
    except InputError as error:
        message = f'Schedule "{name}": {error.message[0].lower()}{error.message[1:]}'
        raise InputError(message, error.remedy, code=error.code, socket=error.socket) from error
