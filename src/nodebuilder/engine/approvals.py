"""Calls that wait for a person's word: asked once each, answered by name, held by nothing but a future."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final

from nodebuilder.engine.calls import plain_id
from nodebuilder.engine.plan import PlannedNode
from nodebuilder.engine.recorder import Recorder
from nodebuilder.engine.state import Flight
from nodebuilder.events import ApprovalAsked, ApprovalGiven
from nodebuilder.values import as_mapping

GIVEN_UP: Final = "Nobody waits for the call any more."


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person said."""

    approved: bool
    reason: str = ""

    @property
    def refusal(self) -> str:
        """What the model is told of a refused call."""
        why = f": {self.reason}" if self.reason else ". Do not repeat it; go on without it, or ask what is wanted"
        return f"The person refused this call{why}."


class Approvals:
    """The questions of one run that are open."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._open: dict[str, asyncio.Future[Decision]] = {}
        self._asked: dict[str, int] = {}

    async def before(self, node: PlannedNode, flight: Flight, value: Any, body: Coroutine[Any, Any, Any]) -> Any:
        """Run the `body` of a call when a person has allowed it; the clock of the call stands still meanwhile."""
        call = as_mapping(value) or {}
        own = node.type.definition.tool
        name = str(call.get("name") or (own["name"] if own else node.title))
        pending = flight.call
        if pending is not None:
            pending.pause()
        try:
            given = pending.id if pending else plain_id(str(call.get("id") or ""))
            shown = call.get("arguments") if call else value  # what is no object may still be read as a call
            decision = await self.ask(node.id, flight.number, given, name, shown)
        except BaseException:
            body.close()
            raise
        finally:
            if pending is not None:
                pending.proceed()
        if decision.approved:
            return await body
        body.close()
        return {"id": str(call.get("id") or "refused"), "error": decision.refusal}

    async def ask(self, node: str, firing: int, call_id: str, name: str, arguments: Any) -> Decision:
        """Tell the world that a call waits, and wait for the answer."""
        call_id = self._fresh(call_id or f"{node}~{firing}")
        answer = self._open[call_id] = asyncio.get_running_loop().create_future()
        self._recorder.tell(ApprovalAsked, node, firing, call_id, name, arguments)
        try:
            decision = await answer
        except asyncio.CancelledError:
            self._recorder.tell(ApprovalGiven, node, firing, call_id, False, GIVEN_UP)
            raise
        finally:
            del self._open[call_id]
        self._recorder.tell(ApprovalGiven, node, firing, call_id, decision.approved, decision.reason)
        return decision

    def _fresh(self, begin: str) -> str:
        """Return an id that no call of this run has had: an answer that comes late must not be one to another call."""
        call_id = begin
        while call_id in self._asked:
            self._asked[begin] += 1
            call_id = f"{begin}~{self._asked[begin]}"
        self._asked[call_id] = 1
        return call_id

    def decide(self, call_id: str, decision: Decision) -> bool:
        """Answer a question; False when no call of that id waits."""
        answer = self._open.get(call_id)
        if answer is None or answer.done():
            return False
        answer.set_result(decision)
        return True
