"""The ways from a node that calls tools to its tools: read off the links, or implied where there is one link alone.

The tool that feeds `tools[k]` is called down the slot of `tool_calls` that leads to it (`k`, if several do); or, when
something stands between them, down `tool_calls[k]`; or, when no link leads there, straight at its `tool_call`, as if
there were one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nodebuilder.definition import TOOL_CALLS, NodeDefinition
from nodebuilder.workflow.model import Link, Workflow


@dataclass(frozen=True, slots=True)
class Toolway:
    """How the tool at one slot is called: down a slot of `tool_calls`, or (`called`) straight at a node.

    `answers`: whether a result can come back. `routes` are filled in by the plan.
    """

    by_slot: int | None = None
    called: str = ""
    answers: bool = False
    routes: tuple[tuple[int, int], ...] = ()


def toolways(workflow: Workflow, definitions: Mapping[str, NodeDefinition]) -> dict[str, dict[int, Toolway]]:
    """Return, for each node that calls tools, the way to the tool at each connected slot."""
    sockets = {name: socket.name for name, found in definitions.items() for socket in found.inputs if socket.tools}
    if not sockets:
        return {}
    into: defaultdict[str, list[Link]] = defaultdict(list)
    out: defaultdict[str, list[Link]] = defaultdict(list)
    for link in workflow.links:
        into[link.target.node].append(link)
        out[link.source.node].append(link)
    return {
        name: dict(_ways(name, socket, [link for link in into[name] if link.target.socket == socket], out, definitions))
        for name, socket in sockets.items()
    }


def _ways(
    name: str, socket: str, feeds: list[Link], out: Mapping[str, list[Link]], definitions: Mapping[str, NodeDefinition]
) -> Iterator[tuple[int, Toolway]]:
    called: defaultdict[int, set[str]] = defaultdict(set)
    for link in out.get(name, ()):
        if link.source.socket == TOOL_CALLS and link.source.slot is not None:
            called[link.source.slot].add(link.target.node)
    tools = {link.source.node for link in feeds}
    for link in feeds:
        slot, tool = link.target.slot, link.source.node
        if slot is None:
            continue
        leading = [at for at, nodes in called.items() if tool in nodes]
        if leading or (slot in called and tools.isdisjoint(called[slot])):
            by_slot = slot if slot in leading or not leading else leading[0]
            yield slot, Toolway(by_slot=by_slot, answers=_leads_back(called[by_slot], name, socket, out))
        elif definitions[tool].callable:
            yield slot, Toolway(called=tool, answers=True)
        else:
            yield slot, Toolway()


def _leads_back(begin: set[str], home: str, socket: str, out: Mapping[str, list[Link]]) -> bool:
    """Say whether what the nodes in `begin` send can reach the tools of `home`, other than through `home` itself."""
    waiting, seen = list(begin), {home}
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            for link in out.get(node, ()):
                if link.target.node == home and link.target.socket == socket:
                    return True
                waiting.append(link.target.node)
    return False
