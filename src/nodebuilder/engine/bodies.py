"""The bodies of loop nodes: which nodes a round works through, and how they take part in one.

The body of a loop node is all that links lead to from its body outputs, up to the loop node itself, without what its
other outputs lead to. A node that a model calls as a tool is in no body: it is shared by all rounds, and answers go
home by the id of the call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from nodebuilder.engine.inputs import Kind, PlannedInput, Shape
from nodebuilder.engine.plan import Body, Plan, PlannedNode, Route


def with_bodies(plan: Plan) -> Plan:
    """Return the plan with the bodies of its loop nodes."""
    loops = [node for node in plan.nodes if any(output.body for output in node.type.definition.outputs)]
    if not loops:
        return plan
    tools = _tools(plan.nodes)
    inside = {loop.index: _inside(loop, plan.nodes, tools) for loop in loops}
    bodies = {
        index: Body(
            tuple(_in_a_round(plan.nodes[at], found | {index}) for at in sorted(found)),
            _union(inside[other] for other in inside if other != index and other in found),
        )
        for index, found in inside.items()
    }
    # Whoever begins a run at a node wants to see that node work, also when rounds would come to it.
    begins = plan.starts[0] if plan.start is not None else -1
    covered = _union(found for found in inside.values() if begins not in found)
    return replace(plan, bodies=bodies, covered=covered)


def _union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset(index for each in sets for index in each)


def _tools(nodes: Collection[PlannedNode]) -> frozenset[int]:
    """Return the nodes that models call as tools."""
    feeds = {source for node in nodes for each in node.inputs if each.tools for source in each.sources}
    return frozenset(node.index for node in nodes if node.index in feeds and node.called_at >= 0)


def _inside(loop: PlannedNode, nodes: tuple[PlannedNode, ...], tools: frozenset[int]) -> frozenset[int]:
    begins = {output.name for output in loop.type.definition.outputs if output.body}
    routes = {**loop.routes, **{name: _all(slots) for name, slots in loop.slots.items()}}
    body = _reach((routes[name] for name in routes if name in begins), loop.index, nodes, tools)
    after = _reach((routes[name] for name in routes if name not in begins), loop.index, nodes, frozenset())
    return frozenset(body - after)


def _all(slots: Mapping[int, tuple[Route, ...]]) -> tuple[Route, ...]:
    return tuple(route for routes in slots.values() for route in routes)


def _reach(
    begin: Iterable[Iterable[Route]], home: int, nodes: tuple[PlannedNode, ...], but: frozenset[int]
) -> set[int]:
    """Return the nodes that links lead to from `begin`, without `home` and `but` and what only they lead to.

    A back input leads nowhere: what a loop sends after its rounds comes of the loop, not of what came there last.
    """
    waiting = [route for routes in begin for route in routes]
    reached = set[int]()
    while waiting:
        index, place = waiting.pop()
        node = nodes[index]
        if index == home or index in reached or index in but or node.inputs[place].back:
            continue
        reached.add(index)
        waiting.extend(route for routes in node.routes.values() for route in routes)
        waiting.extend(route for slots in node.slots.values() for route in _all(slots))
    return reached


def _in_a_round(node: PlannedNode, inside: frozenset[int]) -> PlannedNode:
    """Return a node of a body as it takes part in a round: what comes from outside is kept, as pulled values are."""
    inputs = tuple(_kept(each, inside) for each in node.inputs)
    return replace(node, inputs=inputs, shape=Shape.of(inputs))


def _kept(each: PlannedInput, inside: frozenset[int]) -> PlannedInput:
    if not inside.isdisjoint(each.sources):
        return each
    return replace(each, imported=True, kind=Kind.PULL if each.kind is Kind.PLAIN else each.kind)
