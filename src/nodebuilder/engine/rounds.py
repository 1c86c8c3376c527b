"""The rounds of loop nodes: each works through the body in inboxes of its own, and is over when nothing is left to do.

Beside the nodes of a round, those of the body itself stay where they are and never fire: they take in what comes from
outside, keep the latest of it, and hand it to every round. Rounds nest: a body within a body does the same there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from nodebuilder.context import Round, RoundError
from nodebuilder.engine.inbox import Inbox
from nodebuilder.engine.mover import Mover
from nodebuilder.engine.plan import Body, Plan, PlannedNode
from nodebuilder.engine.state import BodyState, Flight, Lane, NodeState
from nodebuilder.errors import NodeBuilderError, NodeError
from nodebuilder.events import Waiting

_NOTHING: Final = Body()


class Imports(Inbox):
    """The inbox of a node of a body outside of any round: keeps what comes, for the rounds."""

    __slots__ = ("_heirs", "_latest")

    def __init__(self, node: PlannedNode, heirs: Mapping[NodeState, None]) -> None:
        super().__init__(node.shape)
        self.outstanding = 0
        self._heirs = heirs
        self._latest: dict[int, Any] = {}

    def put(self, index: int, value: Any) -> None:
        """Keep a value, and give it to the rounds under way that have none yet."""
        self._latest[index] = value
        for heir in self._heirs:
            if not heir.inbox.has(index):
                heir.inbox.keep(index, value)

    keep = put

    def has(self, index: int) -> bool:
        """Say whether an input has got a value."""
        return index in self._latest

    def bequeath(self, heir: NodeState) -> None:
        """Give a round all that has come."""
        for index, value in self._latest.items():
            heir.inbox.keep(index, value)

    def missing(self) -> tuple[str, ...]:
        """Return nothing: it waits for nothing."""
        return ()


class Harvest(Inbox):
    """The inbox of the loop node as its body sees it: what comes to a back input is what the round gives."""

    __slots__ = ("_lane", "_sockets")

    def __init__(self, node: PlannedNode, lane: Lane) -> None:
        super().__init__(node.shape)
        back = {socket.name for socket in node.type.definition.inputs if socket.back}
        self._lane = lane
        self._sockets = [each.socket if each.socket in back else "" for each in node.inputs]

    def put(self, index: int, value: Any) -> None:
        """Take in a value of the round; what comes to another input is for the loop node itself."""
        if socket := self._sockets[index]:
            self._lane.values.setdefault(socket, []).append(value)
        else:
            self._lane.host.inbox.put(index, value)


def first_states(plan: Plan, providers: Mapping[Any, object]) -> list[NodeState]:
    """Return the nodes of a run at its beginning."""
    states: list[NodeState] = []
    for node in plan.nodes:
        if node.index in plan.covered:
            states.append(_standing_by(BodyState(node, states, providers=providers)))
        else:
            states.append(NodeState(node, providers, states))
    return states


def _standing_by(state: BodyState) -> BodyState:
    """Make of a node one that never fires here: it takes in values for the rounds in which it does."""
    state.busy = True
    state.heirs = {}
    state.inbox = Imports(state.node, state.heirs)
    return state


class Rounds:
    """The rounds of one run."""

    def __init__(self, plan: Plan, mover: Mover) -> None:
        self._waited: dict[str, tuple[str, ...]] = {}
        self._bodies = plan.bodies
        self._mover = mover
        self._held: dict[Lane, None] = {}

    async def run(
        self, host: NodeState, flight: Flight, outputs: Mapping[str, Any], *, catch: bool, apart: bool
    ) -> Round:
        """Work through the body of a loop node once, and return what came of it."""
        body = self._bodies.get(host.node.index, _NOTHING)
        lane = Lane(host, flight, outputs, catch=catch, apart=apart)
        entry = _enter(lane, body)
        flight.awaiting += 1
        try:
            lane.active = 1  # until all is sent
            self._mover.send(entry, flight.number, outputs)
            self.leave(lane)
            self._mover.go_on()
            if lane.ended.done():
                await asyncio.sleep(0)
            return await lane.ended
        except asyncio.CancelledError:
            self._stop(lane)
            raise
        finally:
            flight.awaiting -= 1
            _let_go(lane)

    def waiting(self, states: Iterable[NodeState]) -> tuple[Waiting, ...]:
        """Return the nodes that wait, among `states` and in rounds that are over."""
        now = {state.node.id: state.inbox.missing() for state in states if state.waiting}
        return tuple(Waiting(node, inputs) for node, inputs in {**self._waited, **now}.items())

    def leave(self, lane: Lane) -> None:
        """Note that a firing of the round has ended; the last one ends the round, unless something is yet to come."""
        lane.active -= 1
        if lane.active or lane.ended.done():
            return
        if any(_lacks(state) for state in lane.states):
            self._held[lane] = None
        else:
            self._finish(lane)

    def settle(self) -> bool:
        """End the rounds that wait for values from outside, for nothing else is at work; say whether there are any."""
        held = [lane for lane in self._held if not lane.active]
        for lane in held:
            self._finish(lane)
        return bool(held)

    def _finish(self, lane: Lane) -> None:
        self._held.pop(lane, None)
        for state in lane.states:
            if state.outputs is not None:
                state.origin.outputs = state.outputs
            if state.waiting:
                self._waited[state.node.id] = state.inbox.missing()
        if not lane.ended.done():
            lane.ended.set_result(Round(lane.values, tuple(lane.errors)))

    def _stop(self, lane: Lane) -> None:
        """End a round that nobody awaits any more: nothing of it fires from now on."""
        self._held.pop(lane, None)
        lane.ended.cancel()
        for state in lane.states:
            state.failed = True
        self._mover.stop_firings(lane)


def failure_in(state: NodeState, error: NodeBuilderError) -> bool:
    """Note a failure for the rounds around a node; say whether one of them deals with it."""
    if state.lane is None:
        return False
    charged = error.charged if isinstance(error, NodeError) else None
    node = state.node
    return state.lane.take(RoundError(node.id, node.title, error.message, error.remedy, error.code, charged))


def _enter(lane: Lane, body: Body) -> NodeState:
    """Fill a round with the nodes of the body; return the loop node as the round sees it, which sends into the body."""
    outside = lane.host.peers
    peers = outside.copy()
    for node in body.nodes:
        beyond = outside[node.index]
        state = BodyState(node, peers, like=beyond, lane=lane)
        if node.index in body.covered:
            _standing_by(state)
        if beyond.heirs is not None and isinstance(beyond.inbox, Imports):
            beyond.inbox.bequeath(state)
            beyond.heirs[state] = None
        peers[node.index] = state
        lane.states.append(state)
    host = lane.host.node
    entry = peers[host.index] = BodyState(host, peers, like=lane.host)
    entry.busy, entry.heirs = True, {lane.host: None}
    entry.inbox = Harvest(host, lane)
    return entry


def _let_go(lane: Lane) -> None:
    for state in lane.states:
        beyond = lane.host.peers[state.node.index]
        if beyond.heirs is not None:
            beyond.heirs.pop(state, None)


def _lacks(state: NodeState) -> bool:
    """Say whether a node of a round waits for a value from outside, which may yet come."""
    if not state.waiting:
        return False
    missing = set(state.inbox.missing())
    return any(each.imported and each.name in missing for each in state.node.inputs)
