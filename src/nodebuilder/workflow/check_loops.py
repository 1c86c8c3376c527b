"""What is wrong with the bodies of loop nodes: empty ones, those that never lead back, and links back from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nodebuilder.definition import NodeDefinition
from nodebuilder.errors import Problem
from nodebuilder.workflow.bodies import Bodies
from nodebuilder.workflow.graph import Graph
from nodebuilder.workflow.model import Link, Node

MOST_LOOPS: Final = 200
"""A workflow can have so many loop nodes: the body of each is followed link by link, here and when a run begins."""


def loop_problems(graph: Graph) -> Iterator[Problem]:
    """Yield the problems of the loop nodes, in the order of the document."""
    bodies = Bodies(graph.workflow, graph.definitions)
    if len(bodies.loops) > MOST_LOOPS:
        yield Problem(
            "too_many_loops",
            f"The workflow has {len(bodies.loops):,} loop nodes, and {MOST_LOOPS} are the most.",
            "Save parts of it as workflows of their own, and call them with Call Workflow.",
        )
        return
    for name in bodies.loops:
        definition = graph.definitions[name]
        if definition is not None:
            loop = _Loop.of(graph.workflow.nodes[name], definition, bodies)
            yield from _missing(loop)
            yield from _from_outside(loop, bodies)


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
    def of(cls, node: Node, definition: NodeDefinition, ways: Bodies) -> _Loop:
        bodies = [output.name for output in definition.outputs if output.body]
        backs = ways.back[node.id]
        return cls(
            id=node.id,
            title=node.title or definition.title,
            begin=bodies[0],
            end=next((socket.name for socket in definition.inputs if socket.back), ""),
            begins=ways.begins(node.id),
            afters=ways.afters(node.id),
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


def _from_outside(loop: _Loop, bodies: Bodies) -> Iterator[Problem]:
    if not loop.backs:
        return
    later, body = bodies.after(loop.id), bodies.inside(loop.id)
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
