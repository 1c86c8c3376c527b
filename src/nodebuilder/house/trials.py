"""A workflow as a test: run to its end, judged by its Assert nodes, within limits of time and money."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final, Literal

from nodebuilder.engine.budget import OUTER, Purse
from nodebuilder.errors import NodeBuilderError, Problem, WorkflowError
from nodebuilder.events import ApprovalAsked, Event, NodeFailed, NodeFinished, NodeFired, RunFinished, Waiting
from nodebuilder.house.differences import difference
from nodebuilder.house.opening import House
from nodebuilder.nodes.assertion import assert_node
from nodebuilder.values import JSON, to_json
from nodebuilder.workflow.model import Workflow

ASSERT: Final = assert_node.type
"""The node type that makes a workflow a test."""
SECONDS: Final = 300.0
"""The longest that a test may take, if nobody says otherwise."""
Outcome = Literal["passed", "failed", "skipped"]
_CAP: Final = "max_cost_usd"
NOBODY: Final = "nobody is there to ask while a test runs"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong; `difference` has the lines that show how what came differs from what was expected."""

    message: str
    remedy: str = ""
    code: str = "test_failed"
    node: str | None = None
    title: str = ""
    difference: tuple[str, ...] = ()
    details: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, problem: Problem | NodeBuilderError) -> Fault:
        """Return what a problem of the check, or an error, says."""
        return cls(
            problem.message, problem.remedy, problem.code, problem.node if isinstance(problem, Problem) else None
        )

    def as_json(self) -> dict[str, JSON]:
        """Return it as a JSON object."""
        details: dict[str, JSON] = dict(self.details) if self.details else {}
        return {
            "node": self.node,
            "title": self.title,
            "code": self.code,
            "message": self.message,
            "remedy": self.remedy,
            "details": details,
            "difference": list(self.difference),
        }


@dataclass(frozen=True, slots=True)
class Trial:
    """How a workflow did as a test; `asserts` counts the firings of Assert nodes that passed."""

    outcome: Outcome
    seconds: float = 0.0
    cost_usd: float | None = None
    asserts: int = 0
    faults: tuple[Fault, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    reason: str = ""
    run_id: str | None = None

    def as_json(self) -> dict[str, JSON]:
        """Return it as a JSON object."""
        waiting: list[JSON] = [{"node": each.node, "inputs": list(each.inputs)} for each in self.waiting]
        return {
            "outcome": self.outcome,
            "seconds": round(self.seconds, 3),
            "cost_usd": self.cost_usd,
            "asserts": self.asserts,
            "reason": self.reason,
            "faults": [fault.as_json() for fault in self.faults],
            "waiting": waiting,
            "run_id": self.run_id,
        }


def failed(*faults: Fault) -> Trial:
    """Return the trial of a workflow that could not be run."""
    return Trial("failed", faults=faults)


def refused(error: NodeBuilderError) -> Trial:
    """Return the trial of a workflow that an error kept from running; all its problems are told."""
    problems = error.problems if isinstance(error, WorkflowError) else ()
    errors = [problem for problem in problems if problem.severity == "error"]
    return failed(*map(Fault.of, errors or [error]))


def is_test(workflow: Workflow) -> bool:
    """Say whether a workflow has an Assert node, so that it can pass."""
    return any(node.type == ASSERT for node in workflow.nodes.values())


@dataclass(slots=True)
class _Ear:
    """Hears a run, and those that its events set off: what Assert nodes did, what failed, and what asks a person."""

    workflow: Workflow
    fired: int = 0
    passed: int = 0
    failures: list[NodeFailed] = field(default_factory=list[NodeFailed])
    asked: asyncio.Queue[ApprovalAsked] = field(default_factory=asyncio.Queue[ApprovalAsked])

    def hear(self, event: Event) -> None:
        match event:
            case NodeFired(node=node) if self.asserts(node):
                self.fired += 1
            case NodeFinished(node=node) if self.asserts(node):
                self.passed += 1
            case NodeFailed(node=node, caught=caught) if not caught or self.asserts(node):
                self.failures.append(event)
            case ApprovalAsked():
                self.asked.put_nowait(event)
            case _:
                pass

    def asserts(self, node: str) -> bool:
        found = self.workflow.nodes.get(node)
        return found is not None and found.type == ASSERT


class Trials:
    """Tries workflows in a house; together they may spend `max_cost_usd`, and each may take `seconds`.

    Calls that wait for a person are allowed with `approve`, and else refused.
    """

    def __init__(
        self,
        house: House,
        *,
        seconds: float = SECONDS,
        max_cost_usd: float | None = None,
        approve: bool = False,
    ) -> None:
        self._house = house
        self._seconds = seconds
        self._purse = Purse(max_cost_usd, span="session")
        self._approve = approve

    @property
    def spent_usd(self) -> float:
        """What all tests have spent, as far as prices are known."""
        return self._purse.spent

    async def run(self, workflow: Workflow) -> Trial:
        """Try a workflow: it passes when its run succeeds and Assert nodes fired, none of which failed."""
        try:
            cap = cost_cap(workflow)
        except NodeBuilderError as error:
            return refused(error)
        began = perf_counter()
        token = OUTER.set(Purse(cap, parent=self._purse, span="test"))
        try:
            return await self._judged(workflow, began)
        except NodeBuilderError as error:
            return refused(error)
        finally:
            OUTER.reset(token)

    async def _judged(self, workflow: Workflow, began: float) -> Trial:
        ear = _Ear(workflow)
        run_id = await self._house.runs.start(workflow, apart=True, listener=ear.hear)
        answering = asyncio.create_task(self._answer(ear))
        late, finished = False, None
        try:
            with self._house.fired.heard_beside(run_id, ear.hear):
                try:
                    async with asyncio.timeout(self._seconds):
                        finished = await self._house.runs.wait(run_id)
                        await self._house.fired.settled(run_id)
                except TimeoutError:
                    late = True
                    await self._house.runs.cancel(run_id)
                    finished = finished or await self._house.runs.wait(run_id)
        except asyncio.CancelledError:
            await self._house.runs.cancel(run_id)
            raise
        finally:
            answering.cancel()
        faults = [*self._faults(ear), *self._reproaches(ear, finished, late=late)]
        return Trial(
            outcome="failed" if faults else "passed",
            seconds=perf_counter() - began,
            cost_usd=finished.cost_usd if finished else None,
            asserts=ear.passed,
            faults=tuple(faults),
            waiting=finished.waiting if finished and faults else (),
            run_id=run_id,
        )

    def _faults(self, ear: _Ear) -> list[Fault]:
        clean = self._house.store.redactor
        found: list[Fault] = []
        for event in ear.failures:
            details: dict[str, Any] = clean.value(to_json(event.details or {}))
            both = "expected" in details and "actual" in details
            found.append(
                Fault(
                    clean.text(event.message),
                    clean.text(event.remedy),
                    event.code,
                    event.node,
                    self._title(ear.workflow, event.node),
                    tuple(difference(details["expected"], details["actual"])) if both else (),
                    details,
                )
            )
        return found

    def _reproaches(self, ear: _Ear, finished: RunFinished | None, *, late: bool) -> list[Fault]:
        """Return what is wrong with a run of which no node failed."""
        if late:
            return [
                Fault(
                    f"The workflow took longer than {self._seconds:g} seconds and was stopped.",
                    "Raise --timeout, or make the workflow shorter.",
                    "test_too_long",
                )
            ]
        if ear.failures:
            return []
        if finished is None or finished.status != "succeeded":
            status = finished.status if finished else "not ended"
            return [Fault(f"The run was {status}.", "Run the workflow by itself to see why.", "test_stopped")]
        if not ear.fired:
            return [
                Fault(
                    "No Assert node fired, so nothing was tested.",
                    "Look at the nodes that still waited, and at where the run begins.",
                    "nothing_asserted",
                )
            ]
        return []

    def _title(self, workflow: Workflow, node: str) -> str:
        found = workflow.nodes.get(node)
        definition = self._house.registry.definition(found.type) if found else None
        return (found.title if found else None) or (definition.title if definition else "")

    async def _answer(self, ear: _Ear) -> None:
        while True:
            asked = await ear.asked.get()
            try:
                await self._house.runs.decide(
                    asked.run_id, asked.call_id, approved=self._approve, reason="" if self._approve else NOBODY
                )
            except NodeBuilderError:
                continue  # the call was given up meanwhile


def cost_cap(workflow: Workflow) -> float | None:
    """Return the US dollars that a workflow allows itself as a test: `max_cost_usd` under its key `test`.

    Raises:
        WorkflowError: what stands there cannot be read (code `bad_test_settings`).
    """
    said = workflow.extra.get("test")
    if said is None:
        return None
    if isinstance(said, dict) and set(said) <= {_CAP}:
        cap = said.get(_CAP)
        if cap is None:
            return None
        if isinstance(cap, int | float) and not isinstance(cap, bool) and cap > 0:
            return float(cap)
    raise WorkflowError(
        'What the workflow says under "test" cannot be read.',
        f'Write "test": {{"{_CAP}": 0.05}} with a number above 0, or leave it out.',
        code="bad_test_settings",
    )
