"""What goes in and out of a workflow as a whole: its Input nodes are its parameters, its Output nodes its results.

A chat needs no Input node: its Display Input is the parameter `prompt` for those who call from elsewhere.
"""

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

CHAT: Final = "display_input"
"""The id of the node type by which messages come in."""

FOR_CHAT: Final = ("prompt", "messages")
"""The inputs of which a workflow that is a model needs one: what the person said, or all that was said."""

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
    """One Input node: `default` is its text as it stands on the node, in its widget `widget`."""

    node: str
    name: str
    type: Type
    default: str
    description: str
    required: bool
    widget: str = "default"


@dataclass(frozen=True, slots=True)
class Result:
    """One Output node."""

    node: str
    name: str


def parameters(workflow: Workflow) -> tuple[Parameter, ...]:
    """Return the parameters of a workflow in the order of its nodes.

    One is required when its node says so, and also when its type has no empty value and it has no default. The Display
    Input of a chat is `prompt`, unless an Input node takes what the person says.
    """
    found = [_parameter(node) for node in workflow.nodes.values() if node.type == INPUT]
    if not any(each.name in FOR_CHAT for each in found):
        found += [_message(node) for node in workflow.nodes.values() if node.type == CHAT][:1]
    return tuple(found)


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


def _message(node: Node) -> Parameter:
    return Parameter(node.id, "prompt", "text", _text(node, "message"), "The message.", False, "message")


def _text(node: Node, widget: str) -> str:
    value: JSON = node.values.get(widget)
    return value if isinstance(value, str) else ""
