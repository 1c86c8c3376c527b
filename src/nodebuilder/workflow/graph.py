"""A workflow together with the definitions of its nodes, as the parts of check look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from nodebuilder.definition import NodeDefinition
from nodebuilder.workflow.model import Link, Workflow

DefinitionOf = Callable[[str], NodeDefinition | None]
"""Finds the definition of a node type, or None; `Registry.definition` is one."""


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


@dataclass(frozen=True, slots=True)
class Graph:
    """What check needs at hand: the definition of each node (None: unknown type), and the links into each socket."""

    workflow: Workflow
    library: Library
    definitions: Mapping[str, NodeDefinition | None]
    fed: Mapping[tuple[str, str], list[Link]]

    @classmethod
    def of(cls, workflow: Workflow, library: Library) -> Graph:
        """Return the graph of a workflow."""
        fed: dict[tuple[str, str], list[Link]] = {}
        for link in workflow.links:
            fed.setdefault((link.target.node, link.target.socket), []).append(link)
        definitions = {node.id: library.definition(node.type) for node in workflow.nodes.values()}
        return cls(workflow, library, definitions, fed)
