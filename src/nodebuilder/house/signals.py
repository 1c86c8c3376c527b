"""Events between workflows: who hears which id, the runs that they set off, and the answers that come back."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Final

from nodebuilder.engine.budget import OUTER, Purse
from nodebuilder.engine.desk import CALLER
from nodebuilder.engine.signals import Answered, Sent
from nodebuilder.errors import ASKING, InputError, NodeBuilderError, NodeError
from nodebuilder.events import Event, NodeErrorReport, RunFinished, RunStarted
from nodebuilder.house.fired import Cause, FiredRuns, own_line
from nodebuilder.house.runs import Runs
from nodebuilder.nodes.events import LISTEN_ID, PAYLOAD, RECEIVER, write_payload
from nodebuilder.settings import Settings
from nodebuilder.workflow.model import Workflow

MOST_DEEP: Final = 16
"""So many events may set off one another in a chain."""
MOST_AGAIN: Final = 1000
"""So many runs may one event bring about of workflows that it has passed through already."""
LONGEST: Final = 30 * 86400.0
"""Nobody waits longer than this for answers, in seconds."""


class Wait:
    """One wait for answers: it is over when each run that began has answered, or none of them is left."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.wanted = 0
        self.asking: NodeErrorReport | None = None
        self.over = asyncio.Event()
        self._under_way: set[str] = set()
        self._sending = True

    def sent(self) -> None:
        """Note that all is sent."""
        self._sending = False
        self._look()

    def give(self, data: Any) -> None:
        """Take an answer."""
        self.answers.append(data)
        self._look()

    def hear(self, event: Event) -> None:
        """Follow the runs that may answer."""
        if isinstance(event, RunStarted):
            self._under_way.add(event.run_id)
        elif isinstance(event, RunFinished):
            self._under_way.discard(event.run_id)
            self.asking = self.asking or next((each for each in event.errors if each.code in ASKING), None)
            self._look()

    def _look(self) -> None:
        if not self._sending and (len(self.answers) >= self.wanted or not self._under_way):
            self.over.set()


@dataclass(eq=False, slots=True)
class Tally:
    """How many runs an event has brought about of workflows that it had passed through before."""

    again: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """How events led to where we are: how many, through which workflows, and who waits for answers on the way."""

    depth: int = 0
    waits: tuple[Wait, ...] = ()
    lines: frozenset[str] = frozenset()
    tally: Tally | None = None

    def further(self, wait: Wait | None) -> Chain:
        """Return the chain with one event more, which `wait` waits for."""
        waits = self.waits if wait is None else (*self.waits, wait)
        return replace(self, depth=self.depth + 1, waits=waits, tally=self.tally or Tally())


_CHAIN: Final[ContextVar[Chain]] = ContextVar("_CHAIN", default=Chain())  # noqa: B039 - it is frozen


class Exchange:
    """Is `Signals` for the nodes, and the ear of Receive Event."""

    types = frozenset({RECEIVER})

    def __init__(
        self,
        runs: Runs,
        fired: FiredRuns,
        listening: Callable[[str], Workflow | None],
        settings: Callable[[], Settings],
    ) -> None:
        self.most_again = MOST_AGAIN
        self._runs = runs
        self._fired = fired
        self._listening = listening
        self._settings = settings
        self._armed: dict[str, dict[str, str]] = {}
        self._waits: dict[str, Wait] = {}

    # ---- the ear ----

    async def arm(self, workflow_id: str, workflow: Workflow) -> None:
        """Hear the events of a workflow's Receive Event nodes (see `Ear`).

        Raises:
            InputError: one has no event id (code `bad_event_id`).
        """
        armed = _receivers(workflow)
        for node, listen_id in armed.items():
            if not listen_id:
                raise InputError(f'The node "{node}" has no event id.', "Give it one.", code="bad_event_id")
        self._armed[workflow_id] = armed

    async def disarm(self, workflow_id: str) -> None:
        """Hear no more for a workflow."""
        self._armed.pop(workflow_id, None)

    def describe(self, workflow_id: str) -> list[dict[str, Any]]:
        """Return the nodes that hear, each with its event id."""
        armed = self._armed.get(workflow_id, {})
        return [{"node": node, "type": RECEIVER, "listen_id": listen_id} for node, listen_id in armed.items()]

    # ---- the nodes ----

    async def send(self, run_id: str, events: Sequence[tuple[str, Any]]) -> Sent:
        """Set off all who hear the events; what their runs spend is their own affair (see `Signals`)."""
        outside = OUTER.set(_outside())
        try:
            return await self._send(run_id, events, None)
        finally:
            OUTER.reset(outside)

    async def ask(self, run_id: str, node: str, events: Sequence[tuple[str, Any]], seconds: float) -> Answered:
        """Set off all who hear the events and wait for their answers (see `Signals`).

        What their runs spend counts in the run that waits, too.
        """
        await_id = _new_id(node)
        while await_id in self._waits:
            await_id = f"await_{node}_{secrets.token_hex(4)}"
        wait = self._waits[await_id] = Wait()
        in_time = True
        try:
            wrapped = [(event_id, {"data": data, "await_id": await_id}) for event_id, data in events]
            sent = await self._send(run_id, wrapped, wait)
            wait.sent()
            try:
                async with asyncio.timeout(min(seconds, LONGEST)):
                    await wait.over.wait()
            except TimeoutError:
                in_time = False
        finally:
            del self._waits[await_id]
        if wait.asking is not None and len(wait.answers) < wait.wanted:
            said = wait.asking  # whoever goes on with the run has to say what is to be done
            message = f"A run that the event set off failed: {said.message}"
            raise NodeError(message, said.remedy, code=said.code, charged="unknown")
        return Answered(sent, tuple(wait.answers), wait.wanted, in_time)

    def answer(self, await_id: str, data: Any) -> bool:
        """Give data to those who wait under this id (see `Signals`)."""
        wait = self._waits.get(await_id)
        if wait is not None:
            wait.give(data)
        return wait is not None

    async def _send(self, run_id: str, events: Sequence[tuple[str, Any]], wait: Wait | None) -> Sent:
        chain = _CHAIN.get()
        if chain.depth >= MOST_DEEP:
            raise _too_deep(f"Events set off one another more than {MOST_DEEP} deep.")
        written = [(event_id, self._written(data)) for event_id, data in events]
        reached, refused = 0, list[NodeBuilderError]()
        further = chain.further(wait)
        for event_id, payload in written:
            causes = list(self._hearing(run_id, event_id))
            reached += bool(causes)
            for cause in causes:
                try:
                    await self._begin(cause, event_id, payload, further)
                except NodeBuilderError as error:
                    if error.code in ("stopping", "events_too_deep"):
                        raise
                    refused.append(error)
                else:
                    if wait is not None:
                        wait.wanted += 1
        return Sent(reached, tuple(refused))

    async def _begin(self, cause: Cause, event_id: str, payload: str, chain: Chain) -> None:
        """Begin a run that goes on with the chain; what is paid in it is found again when the sender goes on."""
        caller = CALLER.get()
        heard = f"{cause.workflow_id or cause.workflow.name}\0{cause.node}\0{event_id}"
        if cause.line in chain.lines and chain.tally is not None:
            if chain.tally.again >= self.most_again:
                raise _too_deep(f"One event has set off the same workflows again {self.most_again} times.")
            chain.tally.again += 1
        mark = _CHAIN.set(replace(chain, lines=chain.lines | {cause.line}))
        try:
            await self._fired.begin(
                cause,
                {PAYLOAD: payload},
                claims=caller.claims(heard) if caller else None,
                listener=_told(chain.waits),
            )
        finally:
            _CHAIN.reset(mark)

    def _hearing(self, run_id: str, event_id: str) -> Iterator[Cause]:
        """Yield all nodes that hear an event; those of the workflow that sends it also when it does not listen."""
        for workflow_id, armed in self._armed.items():
            workflow = self._listening(workflow_id)
            for node, listen_id in armed.items():
                if listen_id == event_id and workflow is not None:
                    yield Cause.of_listening(workflow_id, workflow, node)
        own = self._runs.under_way(run_id)
        if own is None:
            return
        line = self._fired.line_of(run_id) or (own_line(run_id) if own.apart else own.workflow_id or own_line(run_id))
        if line in self._armed or own.workflow_id in self._armed:
            return
        for node, listen_id in _receivers(own.ready.workflow).items():
            if listen_id == event_id:
                yield Cause(line, own.ready.workflow, own.workflow_id, node, own.ready.keys, own.apart)

    def _written(self, data: Any) -> str:
        text = write_payload(data)
        if len(text) > self._settings().max_string_chars:
            raise InputError(
                "The data of the event is too large.", "Send less, or a link to it.", socket="data", code="too_large"
            )
        return text


def _new_id(node: str) -> str:
    """Return an id to answer under; when a run goes on, it is that of its first go, so that requests stay the same."""
    caller = CALLER.get()
    if caller is None:
        return f"await_{node}_{secrets.token_hex(4)}"
    own = caller.claims("\0await")
    return f"await_{node}_{own.root[-8:]}_{own.turn()}"


def _too_deep(message: str) -> NodeError:
    return NodeError(message, "Look for a workflow that sets itself off.", code="events_too_deep")


def _outside() -> Purse | None:
    """Return the purse that is around all runs here, if any: not that of the run that sends, nor of its callers."""
    purse, found = OUTER.get(), None
    for each in purse.chain() if purse is not None else ():
        found = None if each.span in ("run", "loop") else found or each
    return found


def _told(waits: Sequence[Wait]) -> Callable[[Event], None]:
    def tell(event: Event) -> None:
        for wait in waits:
            wait.hear(event)

    return tell


def _receivers(workflow: Workflow) -> dict[str, str]:
    nodes = (node for node in workflow.nodes.values() if node.type == RECEIVER)
    return {node.id: str(node.values.get("listen_id", LISTEN_ID)).strip() for node in nodes}
