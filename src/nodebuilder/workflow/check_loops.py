"""What is wrong with the bodies of loop nodes: empty ones, those that never lead back, and links back from outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nodebuilder.definition import NodeDefinition
from nodebuilder.errors import Problem
from nodebuilder.workflow.graph import Graph
from nodebuilder.workflow.model import Link, Node

MOST_FOLLOWED: Final = 200
"""The bodies of so many loops are followed link by link; in a document with more, the others are not."""


def loop_problems(graph: Graph) -> Iterator[Problem]:
    """Yield the problems of the loop nodes, in the order of the document."""
    found = ((node, graph.definitions[node.id]) for node in graph.workflow.nodes.values())
    loops = [(node, kind) for node, kind in found if kind and any(output.body for output in kind.outputs)]
    if not loops:
        return
    ways = _Ways(graph)
    for place, (node, kind) in enumerate(loops):
        loop = _Loop.of(node, kind, ways)
        yield from _missing(loop)
        if place < MOST_FOLLOWED:
            yield from _from_outside(loop, ways)


class _Ways:
    """The links of a workflow by where they begin, and those that end at a back input by where they end."""

    def __init__(self, graph: Graph) -> None:
        self.on: defaultdict[str, list[Link]] = defaultdict(list)
        self.back: defaultdict[str, list[Link]] = defaultdict(list)
        for link in graph.workflow.links:
            if link.source.node not in graph.workflow.nodes:
                continue
            definition = graph.definitions.get(link.target.node)
            socket = definition.input(link.target.socket) if definition else None
            if socket is not None and socket.back:
                self.back[link.target.node].append(link)
            else:
                self.on[link.source.node].append(link)

    def reach(self, begin: Iterable[Link], home: str) -> frozenset[str]:
        """Return the nodes that links lead to, without `home` and what only it leads to.

        A back input leads nowhere: what a loop sends after its rounds comes of the loop.
        """
        waiting, reached = [link.target.node for link in begin], set[str]()
        while waiting:
            name = waiting.pop()
            if name != home and name not in reached:
                reached.add(name)
                waiting.extend(link.target.node for link in self.on[name])
        return frozenset(reached)


@dataclass(frozen=True, slots=True)
class _Loop:
    """A loop node: the links on from its body outputs, `afters` from its others, and `backs` to its back inputs."""

    id: str
    title: str
    begin: str
    """The first of its body outputs."""
    end: str
    """The first of its back inputs."""
    begins: Sequence[Link]
    afters: Sequence[Link]
    backs: Sequence[Link]
    whole: bool
    """Whether a link leads from a body output to a back input without any node between them."""

    @classmethod
    def of(cls, node: Node, definition: NodeDefinition, ways: _Ways) -> _Loop:
        bodies = [output.name for output in definition.outputs if output.body]
        on, backs = ways.on[node.id], ways.back[node.id]
        return cls(
            id=node.id,
            title=node.title or definition.title,
            begin=bodies[0],
            end=next((socket.name for socket in definition.inputs if socket.back), ""),
            begins=[link for link in on if link.source.socket in bodies],
            afters=[link for link in on if link.source.socket not in bodies],
            backs=[link for link in backs if link.source.node != node.id or link.source.socket not in bodies],
            whole=any(link.source.node == node.id and link.source.socket in bodies for link in backs),
        )


def _missing(loop: _Loop) -> Iterator[Problem]:
    if not loop.begins and not loop.whole:
        yield Problem(
            "empty_body",
            f'{loop.title} has nothing to go through: no link begins at its output "{loop.begin}".',
            f"Link {loop.id}.{loop.begin} to the first node of its body.",
            node=loop.id,
            socket=loop.begin,
            severity="warning",
        )
    elif loop.end and loop.afters and not loop.backs and not loop.whole:
        yield Problem(
            "nothing_comes_back",
            f'The body of {loop.title} never leads back to "{loop.end}", so nothing comes of its rounds.',
            f"Link the last node of the body to {loop.id}.{loop.end}.",
            node=loop.id,
            socket=loop.end,
            severity="warning",
        )


def _from_outside(loop: _Loop, ways: _Ways) -> Iterator[Problem]:
    if not loop.backs:
        return
    later = ways.reach(loop.afters, loop.id)
    body = ways.reach(loop.begins, loop.id) - later
    for link in loop.backs:
        name = link.source.node
        if name in body:
            continue
        if name == loop.id:
            why, remedy = "it comes after all rounds", f"Link {name}.{loop.begin} there instead"
        elif name in later:
            why = "what comes after all rounds leads to it too"
            remedy = "Remove the link by which that comes to it"
        else:
            why, remedy = f'nothing leads to it from "{loop.begin}"', f"Link {loop.id}.{loop.begin} to it"
        yield Problem(
            "back_from_outside",
            f'The link "{link}" leads back into {loop.title} from outside of its body: {why}.',
            f"{remedy}, or end a node of the body there.",
            node=loop.id,
            socket=link.target.socket,
        )
