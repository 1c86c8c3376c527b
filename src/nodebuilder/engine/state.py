"""Where a node stands in one run: its inbox, its memory, and how far it has come."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from nodebuilder.context import Round, RoundError
from nodebuilder.engine.budget import Purse
from nodebuilder.engine.calls import PendingCall
from nodebuilder.engine.inbox import Inbox
from nodebuilder.engine.plan import PlannedNode
from nodebuilder.values import to_json


class Flight:
    """One firing under way.

    `answers`: whether whoever pulls the node has its outputs by this firing. `call`: the model's call that it works on.
    `aloft`: it waits, and the node may begin its next firing beside it. `awaiting`: how many calls of tools it awaits
    itself. `stopped`: it was ended because nobody awaits it any more. `purse`: where its spending counts (None: with
    the run's). `waits`, `reported` and `reused` are what it said.
    """

    call: PendingCall | None = None
    purse: Purse | None = None
    awaiting = 0
    aloft = stopped = reported = reused = False
    waits: tuple[frozenset[int], frozenset[int]] | None = None

    def __init__(self, number: int, started: float, answers: bool) -> None:
        self.number = number
        self.started = started
        self.answers = answers

    def work_on(self, call: PendingCall) -> None:
        """Note that the firing answers a model's call, and is paid as that is."""
        call.begin()
        self.call = call
        self.purse = call.purse

    def landed(self) -> None:
        """Note that a call of this firing has its answer."""
        self.awaiting -= 1


class NodeState:
    """One node in one run.

    `asked`: someone started or pulled it, and it has not fired since. `triggered`: it has pulled its inputs. `busy`: it
    is in line to fire, or fires; or it never fires, and `heirs` are looked at in its place. `answered`: it has fired
    without a value at a do-not-wait input, so whoever would pull it has its outputs already (a firing sends them down
    all links). `number`: how often it has fired. `flying`: how many firings of a node that may be called are under way;
    `answering`: how many of those answer a pull. `peers`: all nodes by their index, as this one sees them. `lane`: the
    round of a loop that it belongs to, and `origin` the node as the run itself sees it.
    """

    lane: Lane | None = None
    heirs: dict[NodeState, None] | None = None

    __slots__ = (
        "answered",
        "answering",
        "asked",
        "busy",
        "failed",
        "fixed",
        "flying",
        "inbox",
        "lacking",
        "memory",
        "node",
        "number",
        "outputs",
        "peers",
        "triggered",
    )

    def __init__(self, node: PlannedNode, providers: Mapping[Any, object], peers: list[NodeState]) -> None:
        self.node = node
        self.peers = peers
        self.inbox = Inbox(node.shape)
        self.memory: dict[str, Any] | None = None
        self.number = self.flying = self.answering = 0
        self.asked = self.triggered = self.busy = self.failed = self.answered = False
        self.outputs: Mapping[str, Any] | None = None
        self.lacking: Any = None
        self.fixed = node.fixed
        if node.type.needs:
            self._provide(node.type.needs, providers)

    def _provide(self, needs: Mapping[str, Any], providers: Mapping[Any, object]) -> None:
        self.lacking = next((kind for kind in needs.values() if kind not in providers), None)
        if self.lacking is None:
            self.fixed = {**self.node.fixed, **{name: providers[kind] for name, kind in needs.items()}}

    @property
    def origin(self) -> NodeState:
        """The node as the run itself sees it, when this is one of a round."""
        return self

    def place(self) -> str:
        """Return which round of which loop it belongs to, the same in every run; empty for none."""
        return "" if self.lane is None else self.lane.place

    @property
    def waiting(self) -> bool:
        """Whether it has a reason to fire, but still waits for an input."""
        return not self.failed and self.inbox.outstanding > 0 and (self.asked or self.inbox.unused)

    @property
    def must_fire(self) -> bool:
        """Whether it has to be triggered when it is pulled: it has not answered, and its push is not coming anyway."""
        busy = self.busy and (self.asked or self.node.called_at < 0 or self.heirs is not None)
        # in line for a call is no answer
        return not (self.answered or busy or self.answering or self.failed or self.waiting)


class BodyState(NodeState):
    """A node of the body of a loop: in a round, or outside of any."""

    __slots__ = ("_origin", "heirs", "lane")

    def __init__(
        self,
        node: PlannedNode,
        peers: list[NodeState],
        *,
        like: NodeState | None = None,
        lane: Lane | None = None,
        providers: Mapping[Any, object] | None = None,
    ) -> None:
        super().__init__(node, providers or {}, peers)
        self.lane = lane
        self.heirs = None
        self._origin = like.origin if like else self
        if like:
            self.fixed, self.lacking = like.fixed, like.lacking

    @property
    def origin(self) -> NodeState:
        """The node as the run itself sees it."""
        return self._origin


class Lane:
    """One round of a loop under way, in the firing `flight` of the loop node `host`.

    `sent`: what was sent into the body. `active`: how many firings of it are in line or under way. `catch`, `apart`: as
    the node asked (see `ctx.round`).
    `values` and `errors` are what the round has given so far; `ended` gets them when it is over.
    """

    def __init__(self, host: NodeState, flight: Flight, sent: Mapping[str, Any], *, catch: bool, apart: bool) -> None:
        self.host = host
        self.sent = sent
        self.outer = host.lane
        self.purse = flight.purse
        self.catch = catch
        self.apart = apart
        self.active = 0
        self.values: dict[str, list[Any]] = {}
        self.errors: list[RoundError] = []
        self.memories: dict[int, dict[str, Any]] = {}
        self.states: list[BodyState] = []
        self.ended: asyncio.Future[Round] = asyncio.get_running_loop().create_future()

    @cached_property
    def place(self) -> str:
        """Which round this is, the same in every run: the loop, what was sent into the body, and the round around it.

        It does not count rounds: attempts at the same thing are one place.
        """
        around = self.outer.place if self.outer is not None else ""
        said = json.dumps([around, self.host.node.id, to_json(self.sent)], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def take(self, error: RoundError) -> bool:
        """Note a failure for this round and those around it, up to one that catches it; say whether there is one."""
        lane: Lane | None = self
        while lane is not None:
            lane.errors.append(error)
            if lane.catch:
                return True
            lane = lane.outer
        return False

    def memory_of(self, node: int) -> dict[str, Any] | None:
        """Return the memory of a node in the innermost round around it that is apart; None when there is none."""
        lane: Lane | None = self
        while lane is not None and not lane.apart:
            lane = lane.outer
        return None if lane is None else lane.memories.setdefault(node, {})
