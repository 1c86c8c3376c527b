"""What a firing asks for while it is under way: to send outputs, to call a tool, to work through a loop's body."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from nodebuilder.context import Round
from nodebuilder.definition import TOOL_CALLS
from nodebuilder.engine.firing import Scope
from nodebuilder.engine.mover import Mover
from nodebuilder.engine.rounds import Rounds, failure_in
from nodebuilder.engine.state import Flight, NodeState
from nodebuilder.errors import ASKING, NodeBuilderError
from nodebuilder.events import OutputSent


class RunStage:
    """Is `Stage` (engine/firing.py) for the nodes of one run."""

    def __init__(self, mover: Mover, scope: Scope, rounds: Rounds) -> None:
        self._mover = mover
        self._scope = scope
        self._rounds = rounds

    def emit(self, state: NodeState, flight: Flight, outputs: Mapping[str, Any]) -> None:
        """Send outputs of a firing that goes on."""
        self._mover.push(state, flight, outputs)

    def failure(self, state: NodeState, flight: Flight, error: NodeBuilderError) -> None:
        """Tell that a firing failed; a loop around it may deal with that, if it is neither a cap nor for the person."""
        caught = failure_in(state, error) and self._scope.desk.broken is None and error.code not in ASKING
        seconds = perf_counter() - flight.started
        self._scope.recorder.failure(state.node.id, flight.number, error, seconds, caught=caught)

    async def round(
        self, state: NodeState, flight: Flight, outputs: Mapping[str, Any], *, catch: bool, apart: bool
    ) -> Round:
        """Work through the body of a loop node once."""
        return await self._rounds.run(state, flight, outputs, catch=catch, apart=apart)

    async def call_tool(
        self, state: NodeState, flight: Flight, slot: int, call: Mapping[str, Any], seconds: float | None
    ) -> dict[str, Any]:
        """Send a call to the tool at a slot of `tools` and wait for its result."""
        way, peers, mover = state.node.tools[slot], state.peers, self._mover
        purse = flight.purse or self._scope.desk.purse
        pending = self._scope.calls.open(call, state.node.index, purse, flight.landed, flight.call)
        pending.straight = bool(way.called)
        pending.wanders = any(index != peers[target].node.called_at for target, index in way.routes)
        flight.awaiting += 1
        items = [None] * (way.by_slot or 0) + [pending.sent]
        self._scope.recorder.tell(OutputSent, state.node.id, flight.number, {TOOL_CALLS: items})
        reached: dict[int, None] = {}
        for target, index in way.routes:
            mover.put(target, index, pending.sent, reached, state)
        for target in reached:
            mover.look(peers[target])
        mover.go_on()  # or end, in case nobody is there to work on it
        pending.limit(seconds)
        return await pending.answer()
