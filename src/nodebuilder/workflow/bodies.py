"""The bodies of loop nodes: what their rounds work through.

The body of a loop node is all that links lead to from its body outputs, up to the loop node itself, without what its
other outputs lead to. A back input leads nowhere: what a loop sends after its rounds comes of the loop, not of what
came there last. A node that a model calls as a tool is in no body: all rounds share it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from nodebuilder.definition import NodeDefinition
from nodebuilder.workflow.model import Link, Workflow

Definitions = Mapping[str, NodeDefinition | None]
"""The definition of each node, by its id."""


class Bodies:
    """Finds the bodies in a workflow; `loops` are the ids of its loop nodes, in the order of the document.

    `on` has the links by the node where they begin, without those that end at a back input; these are in `back`, by the
    node where they end.
    """

    def __init__(self, workflow: Workflow, definitions: Definitions) -> None:
        self.on: defaultdict[str, list[Link]] = defaultdict(list)
        self.back: defaultdict[str, list[Link]] = defaultdict(list)
        self._tools: set[str] = set()
        found = ((node, definitions.get(node)) for node in workflow.nodes)
        self._begins = {
            node: frozenset(output.name for output in kind.outputs if output.body)
            for node, kind in found
            if kind and any(output.body for output in kind.outputs)
        }
        for link in workflow.links if self._begins else ():
            if link.source.node in workflow.nodes:
                self._add(link, definitions)

    @property
    def loops(self) -> tuple[str, ...]:
        """The ids of the loop nodes."""
        return tuple(self._begins)

    def begins(self, loop: str) -> list[Link]:
        """Return the links on from the body outputs of a loop node."""
        return [link for link in self.on[loop] if link.source.socket in self._begins[loop]]

    def afters(self, loop: str) -> list[Link]:
        """Return the links on from its other outputs."""
        return [link for link in self.on[loop] if link.source.socket not in self._begins[loop]]

    def after(self, loop: str) -> frozenset[str]:
        """Return the ids of the nodes that what comes after the rounds leads to."""
        return self._reach(self.afters(loop), loop)

    def inside(self, loop: str) -> frozenset[str]:
        """Return the ids of the nodes in the body of a loop node."""
        return self._reach(self.begins(loop), loop, self._tools) - self.after(loop)

    def _add(self, link: Link, definitions: Definitions) -> None:
        target, source = definitions.get(link.target.node), definitions.get(link.source.node)
        socket = target.input(link.target.socket) if target else None
        if socket is not None and socket.back:
            self.back[link.target.node].append(link)
            return
        self.on[link.source.node].append(link)
        if socket is not None and socket.tools and source is not None and source.callable:
            self._tools.add(link.source.node)

    def _reach(self, begin: Iterable[Link], home: str, without: Iterable[str] = ()) -> frozenset[str]:
        """Return the nodes that links lead to, without `home` and these others and what only they lead to."""
        waiting, seen = [link.target.node for link in begin], {home, *without}
        reached: set[str] = set()
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                reached.add(node)
                waiting.extend(link.target.node for link in self.on[node])
        return frozenset(reached)


def repeated(workflow: Workflow, definitions: Definitions) -> frozenset[str]:
    """Return the ids of the nodes that are in any body, so that they may fire in many rounds."""
    bodies = Bodies(workflow, definitions)
    return frozenset(node for loop in bodies.loops for node in bodies.inside(loop))
