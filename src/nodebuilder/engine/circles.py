"""Finds out why a start node never fired."""

from __future__ import annotations

from collections.abc import Sequence

from nodebuilder.engine.state import NodeState
from nodebuilder.errors import NodeError


def never_fired(start: NodeState, nodes: Sequence[NodeState]) -> NodeError:
    """Return the error that says for what the start node waited, naming the circle when nodes wait for each other."""
    circle = _circle(start, nodes)
    if circle:
        names = " → ".join(state.node.id for state in [*circle, circle[0]])
        return NodeError(
            f"The run never began: these nodes wait for each other in a circle: {names}.",
            "Remove one of the links between them, or make one of the inputs do-not-wait.",
            code="circle",
        )
    inputs = ", ".join(start.inbox.missing()) or "another node"
    return NodeError(
        f"The start node {start.node.id} never fired: nothing came to {inputs}.",
        "Start at a node that feeds it, or run without a start node.",
        code="never_fired",
    )


def _circle(start: NodeState, nodes: Sequence[NodeState]) -> list[NodeState]:
    """Walk from the start against the missing inputs until a node comes again; return the nodes of that circle."""
    path: list[NodeState] = [start]
    ways = [_awaited(start, nodes)]
    place = {start.node.index: 0}
    while ways:
        if not ways[-1]:
            ways.pop()
            path.pop()
            continue
        reached = ways[-1].pop()
        at = place.get(reached.node.index)
        if at is not None:
            if at < len(path) and path[at] is reached:
                return path[at:]
            continue
        place[reached.node.index] = len(path)
        path.append(reached)
        ways.append(_awaited(reached, nodes))
    return []


def _awaited(state: NodeState, nodes: Sequence[NodeState]) -> list[NodeState]:
    missing = set(state.inbox.missing())
    sources = {source for each in state.node.inputs if each.name in missing for source in each.sources}
    return [nodes[source] for source in sorted(sources, reverse=True) if nodes[source].number == 0]
