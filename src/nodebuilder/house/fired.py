"""Runs that something in the world set off: begun at a node, with what came in, and not too many at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from nodebuilder.engine.claims import Claims
from nodebuilder.errors import InputError, StorageError
from nodebuilder.events import Event, RunFinished
from nodebuilder.house.runs import Listener, Runs
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Workflow

GIVEN: Final = "given:"
"""With this the ids of workflows begin that are given by a file and not saved: no saved one can have such an id."""
SHOWN: Final = 5
"""So many of its last runs are shown with a workflow that listens."""
MOST: Final = 100
"""So many runs of one workflow that were set off may be under way at a time."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What is set off: a node of a workflow; `workflow_id` is None for one that is not saved.

    `line` is what runs are counted by: the workflow, by any name that is its alone. `keys` are keys for this run alone:
    `{node: {widget: key}}`. A run that is `apart` neither sees the display of its workflow nor adds to it.
    """

    line: str
    workflow: Workflow
    workflow_id: str | None
    node: str
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    apart: bool = False

    @classmethod
    def of_listening(cls, workflow_id: str, workflow: Workflow, node: str) -> Cause:
        """Return the cause for a node of a workflow that listens under this id."""
        return cls(workflow_id, workflow, None if workflow_id.startswith(GIVEN) else workflow_id, node)


def own_line(run_id: str) -> str:
    """Return what runs are counted by that the own events of a run set off, whose workflow is not saved or apart."""
    return f"run:{run_id}"


Watcher = Callable[[Cause, RunFinished], None]
"""Told of each run that was set off, when it has ended."""


class FiredRuns:
    """Begins the runs that are set off, and counts those under way."""

    def __init__(self, runs: Runs) -> None:
        self.watchers: list[Watcher] = []
        self._runs = runs
        self._under_way: dict[str, set[str]] = {}
        self._lines: dict[str, str] = {}
        self._last: dict[str, deque[str]] = {}
        self._hearers: dict[str, Listener] = {}
        self._wakes: set[asyncio.Event] = set()
        self._held: set[str] = set()

    def line_of(self, run_id: str) -> str | None:
        """Return what a run under way is counted by; None when nothing set it off."""
        return self._lines.get(run_id)

    def last_of_given(self, workflow_id: str) -> list[str]:
        """Return the last runs of a workflow that is given by a file, newest first: the history does not know whose."""
        return list(self._last.get(workflow_id, ()))

    async def settled(self, run_id: str | None = None) -> None:
        """Wait until no run is under way that was set off (by the own events of the run `run_id`)."""
        wake = asyncio.Event()
        self._wakes.add(wake)
        try:
            while self._under_way if run_id is None else own_line(run_id) in self._under_way:
                await wake.wait()
                wake.clear()
        finally:
            self._wakes.discard(wake)

    @contextmanager
    def heard_beside(self, run_id: str, listener: Listener) -> Generator[None]:
        """Let `listener` also hear what the runs tell that the own events of a run set off; at the end, end them."""
        line = own_line(run_id)
        self._hearers[line] = listener
        try:
            yield
        finally:
            del self._hearers[line]
            for own in tuple(self._under_way.get(line, ())):
                self._runs.end(own)

    @contextmanager
    def held(self, workflow_id: str) -> Generator[None]:
        """Let no run of a workflow be set off meanwhile; raises `StorageError` (`workflow_is_running`) when one was."""
        if self._under_way.get(workflow_id):
            raise StorageError(
                "The workflow is running.", "Wait for the end of its run, or stop it.", code="workflow_is_running"
            )
        self._held.add(workflow_id)
        try:
            yield
        finally:
            self._held.discard(workflow_id)

    async def begin(
        self,
        cause: Cause,
        values: Mapping[str, JSON],
        *,
        request_id: str | None = None,
        claims: Claims | None = None,
        listener: Listener | None = None,
    ) -> str:
        """Begin a run at the node, with these widget values in it, and return its id.

        A run that began under the same `request_id` is found again; `listener` hears only of one that begins now.
        `claims` are those of a run that a firing sets off (see `Caller.claims`).

        Raises:
            InputError: too many of these runs are under way (code `too_many_runs`).
            WorkflowError: the workflow cannot run (code `not_runnable`).
            StorageError: the house is closing (code `stopping`), the workflow is being renamed (`being_renamed`), or
                the run cannot be noted.
        """
        self._runs.check_open()
        if cause.line in self._held:
            raise StorageError("The workflow is being renamed.", "Try again in a moment.", code="being_renamed")
        mine = self._under_way.setdefault(cause.line, set())
        if len(mine) >= MOST:
            raise InputError(
                f"{MOST} runs of the workflow that were set off are under way already.",
                "Wait until some have ended, or stop them.",
                code="too_many_runs",
            )
        run_id = uuid4().hex
        mine.add(run_id)
        self._lines[run_id] = cause.line
        begun = ""
        try:
            given: dict[str, dict[str, JSON]] = {name: {**widgets} for name, widgets in cause.keys.items()}
            given[cause.node] = {**given.get(cause.node, {}), **values}
            ready = await self._runs.ready(cause.workflow, start=cause.node, values=given)
            begun = await self._runs.begin(
                ready,
                run_id,
                workflow_id=cause.workflow_id,
                request_id=request_id,
                apart=cause.apart,
                claims=claims,
                listener=lambda event: self._hear(cause, event, listener),
            )
        finally:
            if begun != run_id:
                self._gone(cause.line, run_id)
        if begun == run_id and cause.line.startswith(GIVEN):
            self._last.setdefault(cause.line, deque(maxlen=SHOWN)).appendleft(run_id)
        return begun

    def _hear(self, cause: Cause, event: Event, listener: Listener | None) -> None:
        if isinstance(event, RunFinished):
            self._gone(cause.line, event.run_id)
        for each in (listener, self._hearers.get(cause.line)):
            if each is not None:
                each(event)
        if isinstance(event, RunFinished):
            for watcher in self.watchers:
                watcher(cause, event)

    def _gone(self, line: str, run_id: str) -> None:
        mine = self._under_way.get(line, set())
        mine.discard(run_id)
        self._lines.pop(run_id, None)
        if not mine:
            self._under_way.pop(line, None)
        for wake in self._wakes:
            wake.set()
