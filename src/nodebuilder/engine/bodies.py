"""The bodies of loop nodes in a plan: the nodes that rounds work through, as they take part in one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nodebuilder.engine.inputs import Kind, PlannedInput, Shape
from nodebuilder.engine.plan import Body, Plan, PlannedNode


def with_bodies(plan: Plan) -> Plan:
    """Return the plan with the nodes of its loops as they are in a round."""
    if not plan.inside:
        return plan
    bodies = {
        index: Body(
            tuple(_in_a_round(plan.nodes[at], found | {index}) for at in sorted(found)),
            _union(plan.inside[other] for other in plan.inside if other != index and other in found),
        )
        for index, found in plan.inside.items()
    }
    # Whoever begins a run at a node wants to see that node work, also when rounds would come to it.
    begins = plan.starts[0] if plan.start is not None else -1
    covered = _union(found for found in plan.inside.values() if begins not in found)
    return replace(plan, bodies=bodies, covered=covered)


def _union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset(index for each in sets for index in each)


def _in_a_round(node: PlannedNode, inside: frozenset[int]) -> PlannedNode:
    """Return a node of a body as it takes part in a round: what comes from outside is kept, as pulled values are."""
    inputs = tuple(_kept(each, inside) for each in node.inputs)
    return replace(node, inputs=inputs, shape=Shape.of(inputs))


def _kept(each: PlannedInput, inside: frozenset[int]) -> PlannedInput:
    if not inside.isdisjoint(each.sources):
        return each
    return replace(each, imported=True, kind=Kind.PULL if each.kind is Kind.PLAIN else each.kind)
