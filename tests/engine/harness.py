"""Runs small workflows on the engine alone and keeps what they tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nodebuilder.engine.limits import Limits
from nodebuilder.engine.runner import RunHandle, Runner
from nodebuilder.events import Event, RunFinished
from nodebuilder.node import NodeType
from nodebuilder.registry import Registry
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.engine.memory import Memory


def flow(
    nodes: Mapping[str, NodeType | tuple[NodeType, dict[str, Any]]], *links: str, start: str | None = None
) -> Workflow:
    """Return a workflow written as `{id: type}` or `{id: (type, values)}` and link texts."""
    placed: dict[str, Node] = {}
    for name, given in nodes.items():
        kind, values = given if isinstance(given, tuple) else (given, {})
        placed[name] = Node(name, kind.type, values=values)
    parsed = [Link.parse(text) for text in links]
    assert all(parsed), "a link is misspelt"
    return Workflow("test", placed, tuple(link for link in parsed if link), start)


@dataclass
class Harness:
    """A runner whose node types are those of the workflows it is given."""

    memory: Memory = field(default_factory=Memory)
    limits: Limits = field(default_factory=Limits)
    events: list[Event] = field(default_factory=list)
    runner: Runner = field(init=False)
    registry: Registry = field(default_factory=Registry)

    def __post_init__(self) -> None:
        self.runner = Runner(self.registry, self.memory.services, self.limits, on_event=self.events.append)

    def start(
        self,
        nodes: Mapping[str, NodeType | tuple[NodeType, dict[str, Any]]],
        *links: str,
        start: str | None = None,
        **options: Any,
    ) -> RunHandle:
        for given in nodes.values():
            self.registry.add(given[0] if isinstance(given, tuple) else given)
        self.events.clear()
        return self.runner.start(flow(nodes, *links, start=start), **options)

    async def run(
        self,
        nodes: Mapping[str, NodeType | tuple[NodeType, dict[str, Any]]],
        *links: str,
        start: str | None = None,
        **options: Any,
    ) -> RunFinished:
        return await self.start(nodes, *links, start=start, **options).result()

    def told(self, kind: str) -> list[Any]:
        return [event for event in self.events if event.kind == kind]

    def fired(self, node: str | None = None) -> int:
        return sum(node is None or event.node == node for event in self.told("node_fired"))

    def sent(self, node: str, socket: str = "output") -> list[Any]:
        """Return all that a node sent from one socket, in order."""
        return [
            event.outputs[socket]
            for event in self.told("output_sent")
            if event.node == node and socket in event.outputs
        ]
