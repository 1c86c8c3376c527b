"""What a run will cost, before it runs: a range, from the price functions of its paid nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nodebuilder.errors import InputError
from nodebuilder.node import NodeType
from nodebuilder.workflow.bodies import repeated
from nodebuilder.workflow.model import Node, Workflow


@dataclass(frozen=True, slots=True)
class Estimate:
    """The least and the most that the paid nodes may cost if each fires once; `unknown` when a price is missing.

    `repeated`: how many of the `paid_calls` stand in the body of a loop, so that each round makes them anew.
    """

    low_usd: float
    high_usd: float
    paid_calls: int
    unknown: bool
    repeated: int = 0

    def as_json(self) -> dict[str, float | int | bool]:
        """Return the estimate as the JSON object of `POST /api/check`."""
        return {
            "low_usd": self.low_usd,
            "high_usd": self.high_usd,
            "paid_calls": self.paid_calls,
            "unknown": self.unknown,
            "repeated": self.repeated,
        }


def estimate(
    workflow: Workflow,
    node_type: Callable[[str], NodeType | None],
    simulated: Callable[[str, NodeType], bool] = lambda _node, _type: False,
) -> Estimate:
    """Return what one firing of each paid node may cost; `simulated` says which nodes run on the sandbox, for nothing.

    Loops fire more often than once: the caps of the settings hold those.
    """
    low, high, calls, again, unknown = 0.0, 0.0, 0, 0, False
    kinds = {node.id: node_type(node.type) for node in workflow.nodes.values()}
    many = repeated(workflow, {name: kind.definition if kind else None for name, kind in kinds.items()})
    for node in workflow.nodes.values():
        kind = kinds[node.id]
        if kind is None or not kind.definition.paid or simulated(node.id, kind):
            continue
        calls += 1
        again += node.id in many
        cost = _cost(node, kind)
        if cost is None:
            unknown = True
        else:
            low, high = low + cost[0], high + cost[1]
    return Estimate(round(low, 6), round(high, 6), calls, unknown, again)


def _cost(node: Node, kind: NodeType) -> tuple[float, float] | None:
    if kind.price is None:
        return None
    try:
        return kind.price(kind.read_widgets(node.values))
    except InputError:
        return None
