"""Where a run begins, and how far it gets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from nodebuilder.workflow.graph import DefinitionOf, definition_of
from nodebuilder.workflow.model import Link, Node, Workflow


def starting_nodes(workflow: Workflow, find: DefinitionOf) -> tuple[str, ...]:
    """Return the ids of the nodes at which a run begins: the start node, or every node that no link must feed.

    A node must be fed where a link ends in an input that waits. A node that links reach only at do-not-wait inputs
    begins by itself just when nothing else that begins would reach it: a tool that is called by another node is left to
    that node, a circle of such nodes begins at its first. What lies about `loose` begins nothing. Empty when
    there is nowhere to begin.
    """
    if workflow.start is not None:
        return (workflow.start,) if workflow.start in workflow.nodes else ()
    after: dict[str, list[str]] = {}
    for link in workflow.links:
        after.setdefault(link.source.node, []).append(link.target.node)
    linked = {link.target.node for link in workflow.links}
    fed = {link.target.node for link in workflow.links if _waits(workflow, link, find)}
    idle = loose(workflow, find)
    starts = {node for node in workflow.nodes if node not in linked and node not in idle}
    reached: set[str] = set()
    _reach(starts, after, reached)
    for node in workflow.nodes:
        if node not in fed and node not in reached and node not in idle:
            starts.add(node)
            _reach([node], after, reached)
    return tuple(node for node in workflow.nodes if node in starts)


def taking_part(workflow: Workflow, find: DefinitionOf) -> frozenset[str]:
    """Return the ids of the nodes that a run with a start node can fire.

    Those are the start node, whatever its values and theirs are sent to, and whatever is asked for a value on the way.
    Without a start node, all nodes but the loose ones.
    """
    if workflow.start is None:
        return frozenset(workflow.nodes) - loose(workflow, find)
    leads: dict[str, list[str]] = {}
    for link in workflow.links:
        leads.setdefault(link.source.node, []).append(link.target.node)
        if _pulls(workflow, link, find):
            leads.setdefault(link.target.node, []).append(link.source.node)
    reached: set[str] = set()
    _reach([workflow.start], leads, reached)
    return frozenset(reached)


def touching(workflow: Workflow, part: Collection[str]) -> frozenset[str]:
    """Return the ids of these nodes and of all that a link joins to one of them."""
    ends = [(link.source.node, link.target.node) for link in workflow.links]
    return frozenset((*part, *(end for pair in ends if pair[0] in part or pair[1] in part for end in pair)))


def loose(workflow: Workflow, find: DefinitionOf) -> frozenset[str]:
    """Return the ids of the nodes that lie about beside others that are linked, and could do nothing by themselves.

    No link joins them to anything, and they are unknown or have an input that needs one.
    """
    ends = {end for link in workflow.links for end in (link.source.node, link.target.node)}
    if ends.isdisjoint(workflow.nodes):
        return frozenset()
    return frozenset(node.id for node in workflow.nodes.values() if node.id not in ends and _needs_link(node, find))


def _needs_link(node: Node, find: DefinitionOf) -> bool:
    definition = definition_of(node, find)
    return definition is None or any(socket.required for socket in definition.inputs)


def _pulls(workflow: Workflow, link: Link, find: DefinitionOf) -> bool:
    target = workflow.nodes.get(link.target.node)
    definition = definition_of(target, find) if target else None
    socket = definition.input(link.target.socket) if definition else None
    return socket is not None and socket.pull and not socket.do_not_wait


def _waits(workflow: Workflow, link: Link, find: DefinitionOf) -> bool:
    target = workflow.nodes.get(link.target.node)
    definition = definition_of(target, find) if target else None
    socket = definition.input(link.target.socket) if definition else None
    return socket is None or not socket.do_not_wait


def _reach(begin: Iterable[str], after: Mapping[str, list[str]], reached: set[str]) -> None:
    """Add to `reached` all nodes that `begin` leads to, themselves included."""
    waiting = list(begin)
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(after.get(node, ()))
