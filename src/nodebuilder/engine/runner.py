"""The one façade of the engine: server, terminal, library and tests all run workflows through it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from nodebuilder.engine.approvals import Approvals, Decision
from nodebuilder.engine.bodies import with_bodies
from nodebuilder.engine.budget import OUTER, Budget, Purse
from nodebuilder.engine.claims import Claims
from nodebuilder.engine.desk import Desk
from nodebuilder.engine.firing import Scope
from nodebuilder.engine.limits import Limits
from nodebuilder.engine.plan import NodeTypes, Plan, Values, compile_plan
from nodebuilder.engine.recorder import Listener, Recorder
from nodebuilder.engine.scheduler import Scheduler
from nodebuilder.engine.services import Services
from nodebuilder.events import Event, RunFinished, RunStarted
from nodebuilder.workflow.model import Workflow

KEPT_PLANS: Final = 32


class RunHandle:
    """A run under way, or over."""

    def __init__(self, run_id: str, scheduler: Scheduler, approvals: Approvals) -> None:
        self.run_id = run_id
        self._scheduler = scheduler
        self._approvals = approvals

    @property
    def done(self) -> bool:
        """Whether the run is over."""
        return self._scheduler.finished.done()

    def cancel(self) -> None:
        """End the run: nodes that wait are cancelled; paid calls already sent go on in the background."""
        self._scheduler.cancel()

    def decide(self, call_id: str, *, approved: bool, reason: str = "") -> bool:
        """Allow or refuse a call of a tool that waits for a person; False when none of that id waits."""
        return self._approvals.decide(call_id, Decision(approved, reason))

    async def result(self) -> RunFinished:
        """Wait for the end of the run and return its last event; cancelling the wait does not cancel the run."""
        return await asyncio.shield(self._scheduler.finished)


class Runner:
    """Runs workflows. It belongs to one event loop; `on_event` hears the events of all its runs."""

    def __init__(
        self,
        registry: NodeTypes,
        services: Services,
        limits: Limits | None = None,
        *,
        on_event: Listener | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._registry = registry
        self._services = services
        self._on_event = on_event
        self._budget = Budget(services.ledger, self.limits.usd_per_day)
        self._background: set[asyncio.Task[Any]] = set()
        self._running: dict[str, RunHandle] = {}
        self._plans: OrderedDict[int, tuple[Workflow, Plan]] = OrderedDict()

    @property
    def running(self) -> Mapping[str, RunHandle]:
        """The runs under way, by id."""
        return self._running

    @property
    def busy(self) -> bool:
        """Whether runs are under way, or paid calls of runs that have ended."""
        return bool(self._running or self._background)

    def start(
        self,
        workflow: Workflow,
        *,
        run_id: str | None = None,
        workflow_id: str | None = None,
        start: str | None = None,
        values: Values | None = None,
        root: str | None = None,
        retry_unknown: bool = False,
        claims: Claims | None = None,
        sandbox: bool = False,
        on_event: Listener | None = None,
    ) -> RunHandle:
        """Start a run and return at once.

        Args:
            workflow: The document.
            run_id: The id of the run; by default a new one.
            workflow_id: The id under which the workflow is stored, if it is.
            start: The node to start at; by default the document's start node, or else every node no link must feed.
            values: Widget values for this run: `{node: {widget: value}}`; for a secret widget, the key itself.
            root: The first of the runs that this one goes on with: its paid calls are not made again.
            retry_unknown: The person's word that calls which may have been charged are to be made again.
            claims: What the run may claim of earlier ones, in place of `root` and `retry_unknown`: a firing began it.
            sandbox: Whether keys may come from the sandbox; said in the first event.
            on_event: Hears the events of this run, before the runner's own listener.

        Raises:
            WorkflowError: the workflow cannot run; `problems` says why.
        """
        plan = self._plan(workflow, start, values)
        run_id, ledger = run_id or uuid4().hex, self._services.ledger
        recorder = Recorder(run_id, self._listener(on_event), asyncio.get_running_loop())
        desk = Desk(
            recorder,
            ledger,
            self._budget,
            claims=claims or Claims(ledger, root or run_id, fresh=root is None, retry_unknown=retry_unknown),
            purse=Purse(self.limits.usd_per_run, parent=OUTER.get()),
            background=self._background,
        )
        recorder.tell(RunStarted, workflow_id, plan.name, plan.start, len(plan.nodes), sandbox)
        display = self._services.display
        shown = tuple(display.entries(workflow_id)) if display else ()
        scope = Scope(run_id, recorder, desk, self._services, self.limits, shown=shown)
        scheduler = Scheduler(plan, scope)
        handle = RunHandle(run_id, scheduler, scope.approvals)
        self._running[run_id] = handle
        scheduler.finished.add_done_callback(lambda _: self._running.pop(run_id, None))
        scheduler.begin()
        return handle

    async def run(self, workflow: Workflow, **options: Any) -> RunFinished:
        """Start a run with the options of `start` and wait for its end; when the wait is cancelled, so is the run."""
        handle = self.start(workflow, **options)
        try:
            return await handle.result()
        except asyncio.CancelledError:
            handle.cancel()
            raise

    async def close(self, deadline: float = 10.0) -> None:
        """Cancel all runs, and give paid calls already sent `deadline` seconds to bring their answer home."""
        handles = list(self._running.values())
        for handle in handles:
            handle.cancel()
        waits = [asyncio.ensure_future(handle.result()) for handle in handles]
        pending = {*waits, *self._background}
        if pending:
            await asyncio.wait(pending, timeout=deadline)
        for task in [*waits, *self._background]:
            task.cancel()

    def _plan(self, workflow: Workflow, start: str | None, values: Values | None) -> Plan:
        if start is not None or values:
            return with_bodies(compile_plan(workflow, self._registry, start=start, values=values))
        known = self._plans.get(id(workflow))
        if known is None or known[0] is not workflow:
            known = (workflow, with_bodies(compile_plan(workflow, self._registry)))
            self._plans[id(workflow)] = known
            if len(self._plans) > KEPT_PLANS:
                self._plans.popitem(last=False)
        return known[1]

    def _listener(self, own: Listener | None) -> Listener:
        listeners = [each for each in (own, self._on_event) if each is not None]
        if len(listeners) == 1:
            return listeners[0]

        def all_of_them(event: Event) -> None:
            for each in listeners:
                each(event)

        return all_of_them
