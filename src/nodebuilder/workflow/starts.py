"""Where a run begins."""

from __future__ import annotations

from nodebuilder.workflow.graph import DefinitionOf
from nodebuilder.workflow.model import Workflow


def starting_nodes(workflow: Workflow, definition_of: DefinitionOf) -> tuple[str, ...]:
    """Return the ids of the nodes at which a run begins: the start node, or every node that waits for no link.

    A node waits for the links into its inputs, but not into those marked do-not-wait. Empty when there is none.
    """
    if workflow.start is not None:
        return (workflow.start,) if workflow.start in workflow.nodes else ()
    fed: set[str] = set()
    for link in workflow.links:
        target = workflow.nodes.get(link.target.node)
        definition = definition_of(target.type) if target else None
        socket = definition.input(link.target.socket) if definition else None
        if socket is None or not socket.do_not_wait:
            fed.add(link.target.node)
    return tuple(node for node in workflow.nodes if node not in fed)
