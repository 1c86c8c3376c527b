"""Where a node stands in one run: its inbox, its memory, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nodebuilder.engine.inbox import Inbox
from nodebuilder.engine.plan import PlannedNode


class NodeState:
    """One node in one run.

    `asked`: someone started or pulled it, and it has not fired since. `triggered`: it has pulled its inputs. `busy`: it
    is in line to fire, or fires. `answered`: it has fired without a value at a do-not-wait input, so whoever would pull
    it has its outputs already (a firing sends them down all links). `answers`: whether the firing under way is one of
    those. `number`: how often it has fired.
    """

    __slots__ = (
        "answered",
        "answers",
        "asked",
        "busy",
        "failed",
        "fixed",
        "inbox",
        "lacking",
        "memory",
        "node",
        "number",
        "outputs",
        "started",
        "triggered",
    )

    def __init__(self, node: PlannedNode, providers: Mapping[Any, object]) -> None:
        self.node = node
        self.inbox = Inbox(node.shape)
        self.memory: dict[str, Any] | None = None
        self.number = 0
        self.started = 0.0
        self.asked = self.triggered = self.busy = self.failed = False
        self.answers = self.answered = False
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
