"""What goes in and out of a workflow as a whole: its Input nodes are its parameters, its Output nodes its results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from nodebuilder.values import JSON
from nodebuilder.workflow.model import Node, Workflow

INPUT: Final = "input"
OUTPUT: Final = "output"
"""The ids of the two node types."""

KINDS: Final = ("model", "tool", "prompt", "resource")
"""As what a workflow can be published: a model for OpenAI clients; a tool, a prompt or a resource for MCP clients."""

Type = Literal["text", "number", "boolean", "image", "dictionary", "list", "any"]
TYPES: Final[tuple[Type, ...]] = ("text", "number", "boolean", "image", "dictionary", "list", "any")
"""The types of parameters."""

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
"""What the name of a parameter or result looks like: JSON keys and arguments of tools that every client takes."""

_BY_NAME: Final[Mapping[str, Type]] = {kind: kind for kind in TYPES}
_NEVER_EMPTY: Final = frozenset({"number", "boolean", "dictionary", "list"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One Input node: `default` is its text as it stands on the node."""

    node: str
    name: str
    type: Type
    default: str
    description: str
    required: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One Output node."""

    node: str
    name: str


def parameters(workflow: Workflow) -> tuple[Parameter, ...]:
    """Return the parameters of a workflow in the order of its nodes.

    One is required when its node says so, and also when its type has no empty value and it has no default.
    """
    return tuple(_parameter(node) for node in workflow.nodes.values() if node.type == INPUT)


def results(workflow: Workflow) -> tuple[Result, ...]:
    """Return the results of a workflow in the order of its nodes."""
    return tuple(Result(node.id, name_of(node)) for node in workflow.nodes.values() if node.type == OUTPUT)


def name_of(node: Node) -> str:
    """Return the name of an Input or Output node: what its widget says, or else its id."""
    return _text(node, "name").strip() or node.id


def _parameter(node: Node) -> Parameter:
    written = _text(node, "type") or "text"
    kind = _BY_NAME.get(written, "any")
    default = _text(node, "default")
    wanted = node.values.get("required") is True or kind in _NEVER_EMPTY
    return Parameter(node.id, name_of(node), kind, default, _text(node, "description"), wanted and not default.strip())


def _text(node: Node, widget: str) -> str:
    value: JSON = node.values.get(widget)
    return value if isinstance(value, str) else ""
