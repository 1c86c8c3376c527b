"""Runs: begun, followed, ended and gone on with; each belongs to the house, not to whoever asked for it."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

from nodebuilder.engine.claims import Claims, first_run
from nodebuilder.engine.runner import RunHandle, Runner
from nodebuilder.errors import NodeBuilderError, StorageError
from nodebuilder.events import Displayed, Event, RunFinished
from nodebuilder.house.display import Displays
from nodebuilder.house.feed import Feed, WireEvent
from nodebuilder.house.follow import Follower
from nodebuilder.house.intake import Ready, Values, make_ready
from nodebuilder.house.progress import Board, Progress
from nodebuilder.registry import Registry
from nodebuilder.storage.store import Store
from nodebuilder.workflow.model import Workflow
from nodebuilder.workflow.read import load
from nodebuilder.workflow.write import save

log: Final = logging.getLogger(__name__)
Listener = Callable[[Event], None]
RESUMABLE: Final = frozenset({"interrupted", "failed", "cancelled"})

ENDED_KEPT: Final = 20
"""Ends of runs that are held for those who wait for one a moment too late."""


class LiveRun:
    """A run under way: what it told, and where it stands."""

    def __init__(
        self, run_id: str, workflow_id: str | None, name: str, ready: Ready, *, apart: bool, root: str
    ) -> None:
        self.workflow_id = workflow_id
        self.root = root
        self.ready = ready
        self.apart = apart
        self.feed = Feed(run_id)
        self.progress = Progress(run_id, workflow_id, name)
        self.handle: RunHandle | None = None
        self.ended: asyncio.Future[RunFinished] = asyncio.get_running_loop().create_future()


class Runs:
    """All runs of the house; `board` has the newest line of each run that changed."""

    def __init__(self, store: Store, registry: Registry, runner: Runner, displays: Displays, *, sandbox: bool) -> None:
        self.board = Board()
        self._displays = displays
        self._runner = runner
        self._earlier: list[Runner] = []
        self._store = store
        self._registry = registry
        self._sandbox = sandbox
        self._live: dict[str, LiveRun] = {}
        self._ended: OrderedDict[str, RunFinished] = OrderedDict()
        self._listeners: set[asyncio.Event] = set()
        self._endings: set[asyncio.Task[None]] = set()
        self._beginning = asyncio.Lock()
        self._closing = False

    async def start(
        self,
        workflow: Workflow,
        *,
        workflow_id: str | None = None,
        start: str | None = None,
        values: Values | None = None,
        request_id: str | None = None,
        apart: bool = False,
        claims: Claims | None = None,
        listener: Listener | None = None,
    ) -> str:
        """Begin a run and return its id; a `request_id` that was used before gives the run that began then.

        `listener` hears every event as the engine tells it. A run that is `apart` neither sees the display of its
        workflow nor adds to it. `claims` are those of a run that a firing begins (see `Caller.claims`).

        Raises:
            WorkflowError: the workflow cannot run (code `not_runnable`); nothing was begun.
            StorageError: the house is closing (code `stopping`), or the run cannot be noted.
        """
        self.check_open()
        ready = await self.ready(workflow, start=start, values=values)
        return await self.begin(
            ready,
            uuid4().hex,
            workflow_id=workflow_id,
            request_id=request_id,
            apart=apart,
            claims=claims,
            listener=listener,
        )

    async def ready(self, workflow: Workflow, *, start: str | None = None, values: Values | None = None) -> Ready:
        """Return a workflow ready for `begin`; raises `WorkflowError` (`not_runnable`) when it cannot run."""
        return await make_ready(workflow, self._registry, self._store.secrets, start=start, values=values or {})

    async def resume(self, run_id: str, *, retry_unknown: bool = False, listener: Listener | None = None) -> str:
        """Go on with a run that did not succeed, as a new run, and return its id: what was paid for is not paid again.

        `retry_unknown` is the person's word that calls which may have been charged are to be made again.

        Raises:
            StorageError: there is no such run (`not_found`), there is nothing to go on with (`run_ended`), or runs
                that share its receipts are under way (`run_goes_on`).
            WorkflowError: the workflow cannot run any more.
        """
        self.check_open()
        kept = await self._store.history.detail(run_id)
        if run_id in self._live or kept.summary.status not in RESUMABLE:
            raise StorageError(
                f"The run is {kept.summary.status}: there is nothing to go on with.",
                "Start a new run instead.",
                code="run_ended",
            )
        ready = await make_ready(load(kept.document), self._registry, self._store.secrets, start=None, values={})
        return await self.begin(
            ready,
            uuid4().hex,
            workflow_id=kept.summary.workflow_id,
            root=kept.summary.root,
            retry_unknown=retry_unknown,
            listener=listener,
        )

    async def cancel(self, run_id: str) -> None:
        """End a run; one that has ended is left as it is. Raises `StorageError` (`not_found`)."""
        if not self.end(run_id):
            await self._store.history.summary(run_id)

    def end(self, run_id: str) -> bool:
        """Cancel a run under way; False when there is none of this id."""
        live = self._live.get(run_id)
        if live is not None and live.handle is not None:
            live.handle.cancel()
        return live is not None

    async def decide(self, run_id: str, call_id: str, *, approved: bool, reason: str = "") -> None:
        """Allow or refuse a call of a tool that waits for a person.

        Raises:
            StorageError: there is no such run, or no such call waits in it (`not_found`).
        """
        live = self._live.get(run_id)
        if live is None:
            await self._store.history.summary(run_id)
        if live is None or live.handle is None or not live.handle.decide(call_id, approved=approved, reason=reason):
            raise StorageError(
                "No call of that id waits for an answer in this run.",
                "Look at the run: somebody may have answered, or the call may have been given up.",
                code="not_found",
            )

    async def wait(self, run_id: str) -> RunFinished | None:
        """Wait for the end of a run and return its last event; None when it did not run here, or ended long ago."""
        live = self._live.get(run_id)
        return await asyncio.shield(live.ended) if live is not None else self._ended.get(run_id)

    async def status(self, run_id: str) -> str:
        """Return the status of a run; raises `StorageError` (`not_found`)."""
        live = self._live.get(run_id)
        return str(live.progress.summary()["status"]) if live else (await self._store.history.summary(run_id)).status

    async def detail(self, run_id: str) -> dict[str, Any]:
        """Return the JSON object that tells all of a run; raises `StorageError` (`not_found`)."""
        live = self._live.get(run_id)
        if live is None:
            kept = (await self._store.history.detail(run_id)).as_json()
            return {**kept, "last_seq": await self._store.history.events.last_seq(run_id)}
        receipts = await self._store.ledger.of_run(run_id)
        return {**live.progress.detail(), "receipts": [_receipt(receipt.as_json()) for receipt in receipts]}

    async def summary(self, run_id: str) -> dict[str, Any]:
        """Return a run in short as a JSON object; raises `StorageError` (`not_found`)."""
        live = self._live.get(run_id)
        return live.progress.summary() if live else (await self._store.history.summary(run_id)).as_json()

    async def list(
        self, *, limit: int = 50, before: str | None = None, workflow_id: str | None = None
    ) -> list[dict[str, Any]]:
        """Return a page of runs (of one workflow), newest first: those that began before the run `before`."""
        kept = await self._store.history.list(limit=limit, before=before, workflow_id=workflow_id)
        return [live.progress.summary() if (live := self._live.get(run.run_id)) else run.as_json() for run in kept]

    def under_way(self, run_id: str) -> LiveRun | None:
        """Return a run that has not ended; None for any other."""
        return self._live.get(run_id)

    def running(self) -> list[dict[str, Any]]:
        """Return the runs under way as JSON objects."""
        return [live.progress.summary() for live in self._live.values() if not live.ended.done()]

    async def follower(self, run_id: str, after: int, wake: asyncio.Event) -> Follower:
        """Return a reader of the run's events after number `after`; `wake` is set when there may be more.

        Raises:
            StorageError: there is no such run (`not_found`).
        """
        live = self._live.get(run_id)
        if live is None:
            await self._store.history.summary(run_id)
            live = self._live.get(run_id)
        return Follower(run_id, after, live.feed if live else None, self._read, wake)

    async def subscribe(self, run_id: str, after: int = 0) -> AsyncIterator[WireEvent]:
        """Yield the events of a run after number `after`, each once and in order, until the run has ended.

        Raises:
            StorageError: there is no such run (`not_found`).
        """
        follower = await self.follower(run_id, after, asyncio.Event())
        try:
            while True:
                events = await follower.read()
                for event in events:
                    yield event
                if not events:
                    if follower.ended:
                        return
                    await follower.wait()
        finally:
            follower.close()

    def listen(self, wake: asyncio.Event) -> None:
        """Set `wake` whenever the board has something new."""
        self._listeners.add(wake)

    def unlisten(self, wake: asyncio.Event) -> None:
        """Leave `wake` alone from now on."""
        self._listeners.discard(wake)

    def use(self, runner: Runner) -> None:
        """Begin all further runs with `runner`; those under way go on as they began."""
        self._earlier = [earlier for earlier in (*self._earlier, self._runner) if earlier.busy]
        self._runner = runner

    def check_open(self) -> None:
        """Raise `StorageError` (`stopping`) when no run may begin any more."""
        if self._closing:
            raise StorageError("The server is stopping.", "Start it again, then repeat the request.", code="stopping")

    @asynccontextmanager
    async def at_rest(self, workflow_id: str) -> AsyncGenerator[None]:
        """Let no run begin meanwhile, when all runs of the workflow have ended and what they told is kept.

        Raises:
            StorageError: a run of the workflow goes on (code `workflow_is_running`).
        """
        async with self._beginning:
            mine = [live for live in self._live.values() if live.workflow_id == workflow_id]
            if any(live.progress.summary()["status"] == "running" for live in mine):
                raise StorageError(
                    "The workflow is running.", "Wait for the end of its run, or stop it.", code="workflow_is_running"
                )
            for live in mine:
                await asyncio.shield(live.ended)
            yield

    async def close(self, seconds: float = 5.0) -> None:
        """Cancel all runs, give paid calls that were sent `seconds` to come home, and note how every run ended."""
        self._closing = True
        async with self._beginning:
            await asyncio.gather(*(runner.close(seconds) for runner in (*self._earlier, self._runner)))
        if self._endings:
            await asyncio.wait(tuple(self._endings), timeout=2.0)
        left = tuple(self._live)
        if left:
            await self._store.history.interrupt(left)

    async def begin(
        self,
        ready: Ready,
        run_id: str,
        *,
        workflow_id: str | None,
        request_id: str | None = None,
        root: str | None = None,
        retry_unknown: bool = False,
        apart: bool = False,
        claims: Claims | None = None,
        listener: Listener | None = None,
    ) -> str:
        """Begin a run with this id, or find the one that began under the same request; return its id.

        A run that is `apart` neither sees the display of its workflow nor adds to it.

        Raises:
            StorageError: the house is closing (code `stopping`), or the run cannot be noted.
        """
        for key in (key for keys in ready.keys.values() for key in keys.values()):
            self._store.redactor.remember(key)
        async with self._beginning:
            self.check_open()
            if root is not None:
                self._check_alone(root)
            begun = await self._store.history.begin(
                run_id,
                document=save(ready.workflow),
                name=ready.workflow.name,
                workflow_id=workflow_id,
                root=claims.root if claims else root,
                request_id=request_id,
            )
            if begun != run_id:
                return begun
            if apart:
                self._displays.forget()
            elif workflow_id is not None:
                await self._displays.recall(workflow_id, await self._first_began(run_id, root, claims))
            name, live_root = self._store.redactor.text(ready.workflow.name), claims.root if claims else root or run_id
            live = self._live[run_id] = LiveRun(run_id, workflow_id, name, ready, apart=apart, root=live_root)
            try:
                live.handle = self._runner.start(
                    ready.workflow,
                    run_id=run_id,
                    workflow_id=workflow_id,
                    values=ready.keys or None,
                    root=root,
                    retry_unknown=retry_unknown,
                    claims=claims,
                    sandbox=self._sandbox,
                    on_event=lambda event: self._hear(live, event, listener),
                )
            except NodeBuilderError:
                del self._live[run_id]
                await self._store.history.interrupt([run_id])
                raise
        return run_id

    async def _first_began(self, run_id: str, root: str | None, claims: Claims | None) -> float | None:
        """Return when the first of the runs began that this one goes on with; None when it goes on with none.

        A run that goes on sees what its first one saw, or no request would be the one that was paid for.
        """
        if root is None and (claims is None or claims.fresh):
            return None
        if root is None or first_run(root) != root:
            return await self._store.history.first_like(run_id)
        return (await self._store.history.summary(root)).started_at

    def _check_alone(self, root: str) -> None:
        """Raise `StorageError` (`run_goes_on`) when runs are under way that may claim the same receipts.

        A run may end before those that its events set off; both they and those set off anew would make their calls.
        """
        first = first_run(root)
        for live in self._live.values():
            if first_run(live.root) == first and live.handle is not None and not live.handle.done:
                raise StorageError(
                    "Runs that belong to it are still under way: its events set them off, or they go on with it.",
                    "Wait until they have ended, or stop them.",
                    code="run_goes_on",
                )

    def _hear(self, live: LiveRun, event: Event, listener: Listener | None) -> None:
        """Take in an event: keep it, pass it on; nothing here waits."""
        self._store.history.events.record(event)
        wire = WireEvent(self._store.redactor.value(event.as_json()))
        live.feed.add(wire)
        changed = live.progress.tell(wire.body)
        if isinstance(event, RunFinished):
            ending = asyncio.create_task(self._end(live, event))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
        elif changed:
            self._post(live)
        if isinstance(event, Displayed) and live.workflow_id is not None and not live.apart:
            self._displays.hear(live.workflow_id, wire.body)
        if listener is not None:
            listener(event)

    async def _end(self, live: LiveRun, event: RunFinished) -> None:
        """Let go of a run when all it told is kept, and only then say that it is over; whatever happens, say it."""
        try:
            await self._displays.flush()
            await self._store.history.events.flush()
            del self._live[event.run_id]
        except StorageError as error:
            log.warning("The end of run %s is held in memory until it can be kept: %s", event.run_id, error)
        except Exception:
            log.exception("Run %s is over, but it is not known whether all it told is kept.", event.run_id)
        finally:
            self._ended[event.run_id] = event
            while len(self._ended) > ENDED_KEPT:
                self._ended.popitem(last=False)
            live.feed.close()
            live.ended.set_result(event)
            self._post(live)

    def _post(self, live: LiveRun) -> None:
        self.board.post(live.progress.summary())
        for listener in self._listeners:
            listener.set()

    async def _read(self, run_id: str, after: int, most: int) -> list[WireEvent]:
        kept = await self._store.history.events.since(run_id, after, most)
        return [WireEvent(event.as_json(), event.body) for event in kept]


def _receipt(told: dict[str, Any]) -> dict[str, Any]:
    names = ("node", "firing", "state", "model", "cost_usd", "charged", "detail", "created_at", "asset")
    return {name: told[name] for name in names}
