"""Where a node stands in one run: its inbox, its memory, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nodebuilder.engine.budget import Purse
from nodebuilder.engine.calls import PendingCall
from nodebuilder.engine.inbox import Inbox
from nodebuilder.engine.plan import PlannedNode


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
    is in line to fire, or fires. `answered`: it has fired without a value at a do-not-wait input, so whoever would pull
    it has its outputs already (a firing sends them down all links). `number`: how often it has fired. `flying`: how
    many firings of a node that may be called are under way; `answering`: how many of those answer a pull.
    """

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
        "triggered",
    )

    def __init__(self, node: PlannedNode, providers: Mapping[Any, object]) -> None:
        self.node = node
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
    def waiting(self) -> bool:
        """Whether it has a reason to fire, but still waits for an input."""
        return not self.failed and self.inbox.outstanding > 0 and (self.asked or self.inbox.unused)
