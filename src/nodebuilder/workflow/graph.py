"""A workflow together with the definitions of its nodes, as the parts of check look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from nodebuilder.definition import NodeDefinition
from nodebuilder.widget_values import near_name
from nodebuilder.workflow.model import Node, Workflow

_HINT_AMONG: Final = 1000

DefinitionOf = Callable[[str], NodeDefinition | None]
"""Finds the definition of a node type, or None; `Registry.definition` is one."""


def definition_of(node: Node, find: DefinitionOf) -> NodeDefinition | None:
    """Return the definition of a node as its widget values make it, or None when its type is unknown."""
    found = find(node.type)
    return found.under(node.values) if found else None


class Typed(Protocol):
    """Anything with the id of a node type."""

    @property
    def type(self) -> str:
        """The id of the node type."""
        ...


class Library(Protocol):
    """The node types that are known; `Registry` is one."""

    def definition(self, type_id: str, /) -> NodeDefinition | None:
        """Return the definition of the node type with this id, or None."""
        ...

    def __iter__(self) -> Iterator[Typed]: ...


@dataclass(slots=True)
class Hints:
    """Guesses at what was meant; only so many of them, since comparing names is slow."""

    left: int = 100

    def near(self, name: str, names: Iterable[str]) -> str | None:
        """Return the one of the first thousand `names` that `name` was probably meant to be, or None."""
        if self.left == 0:
            return None
        self.left -= 1
        return near_name(name, list(islice(names, _HINT_AMONG)))


@dataclass(frozen=True, slots=True)
class Graph:
    """What check needs at hand: the definition of each node (None: unknown type), and the inputs that have a link."""

    workflow: Workflow
    library: Library
    definitions: Mapping[str, NodeDefinition | None]
    fed: frozenset[tuple[str, str]]
    hints: Hints

    @classmethod
    def of(cls, workflow: Workflow, library: Library) -> Graph:
        """Return the graph of a workflow."""
        fed = frozenset((link.target.node, link.target.socket) for link in workflow.links)
        definitions = {node.id: definition_of(node, library.definition) for node in workflow.nodes.values()}
        return cls(workflow, library, definitions, fed, Hints())
