"""What a function returned, read as the outputs of its node; and what it raised, told as one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nodebuilder.engine.plan import PlannedNode
from nodebuilder.errors import NodeCrashed, NodeError
from nodebuilder.values import SKIP


def split(node: PlannedNode, returned: Any) -> dict[str, Any]:
    """Return a value for each output that is not skipped.

    Raises:
        NodeError: the function returned something else than its return type says.
    """
    outputs = node.type.split_outputs(returned)
    for name in node.slots:
        value = outputs.get(name, ())
        if not isinstance(value, list | tuple):
            raise NodeError(
                f"Output {name} of {node.title} has slots, but {type(value).__name__} was returned for it.",
                "Return a list with one item for each slot.",
                code="wrong_return",
            )
    return outputs


def shown(outputs: Mapping[str, Any], arrays: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return outputs as events tell them: a skipped slot of an array output is None."""
    return {
        name: [None if item is SKIP else item for item in value] if name in arrays else value
        for name, value in outputs.items()
    }


def of_slot(items: Sequence[Any], slot: int) -> Any:
    """Return what goes down a link from slot `slot` of an array output, or `SKIP`."""
    return items[slot] if slot < len(items) else SKIP


def of_node(error: BaseException, *others: type[BaseException]) -> BaseException:
    """Return what the code of a node raised; raise it on if it is one of `others`, which no node can mean."""
    if isinstance(error, others):
        raise error
    return error


def crashed(node: PlannedNode, error: BaseException) -> NodeCrashed:
    """Return what is told of an error that the code of a node raised and did not declare."""
    text = " ".join(str(error).split())
    crash = NodeCrashed(
        f"{node.title} crashed: {type(error).__name__}{f': {text}' if text else ''}.".replace("..", "."),
        f"It is a mistake in the code of the node type {node.type.type}: tell its author, or look at the debug log.",
    )
    crash.__cause__ = error
    return crash
