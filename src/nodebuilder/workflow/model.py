"""A workflow as data: nodes, links between their sockets, and all that a file said beside them.

Everything is frozen: an edit is a function that returns a new `Workflow`. What a file holds in the wrong shape is kept
(`raw`, `instead`, `stray_links`) so that saving loses nothing; `check` reports it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from nodebuilder.errors import WorkflowError
from nodebuilder.values import JSON

FORMAT: Final = "nodebuilder/1"
"""The version of the file format that is written."""

NODE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a node id looks like."""

_REF = re.compile(rf"({NODE_ID.pattern})\.([^\s.\[\]]{{1,200}})(?:\[([0-9]{{1,6}})\])?")


@dataclass(frozen=True, slots=True)
class Ref:
    """One end of a link: `node.socket`, or `node.socket[slot]` on an array socket."""

    node: str
    socket: str
    slot: int | None = None

    @classmethod
    def parse(cls, text: str) -> Ref | None:
        """Return the reference that `text` spells, or None."""
        match = _REF.fullmatch(text)
        if match is None:
            return None
        node, socket, slot = match.groups()
        return cls(node, socket, None if slot is None else int(slot))

    def __str__(self) -> str:
        slot = "" if self.slot is None else f"[{self.slot}]"
        return f"{self.node}.{self.socket}{slot}"


@dataclass(frozen=True, slots=True)
class Link:
    """A wire from an output to an input; `written` is how the file spells it when that is not `str(link)`."""

    source: Ref
    target: Ref
    written: JSON = field(default=None, compare=False, repr=False)

    @classmethod
    def parse(cls, value: JSON) -> Link | None:
        """Return the link that `"a.out -> b.in"` or `{"from": "a.out", "to": "b.in"}` spells, or None."""
        match value:
            case str():
                begin, arrow, end = value.partition("->")
                if not arrow:
                    return None
            case {"from": str() as begin, "to": str() as end}:
                pass
            case _:
                return None
        source, target = Ref.parse(begin.strip()), Ref.parse(end.strip())
        if source is None or target is None:
            return None
        link = cls(source, target)
        return link if value == str(link) else cls(source, target, value)

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


@dataclass(frozen=True, slots=True)
class Node:
    """A placed node: its type and what a person set in its widgets; with `ask`, each call of it as a tool is approved.

    `extra` holds the keys this version does not know, in their order; `raw` holds known keys (`type`, `title`, `ask`,
    `values`) as the file wrote them where the field cannot: in the wrong shape, or present and empty. `instead` holds
    the one value that stands in the file in place of an object, if so.
    """

    id: str
    type: str
    title: str | None = None
    values: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    extra: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    raw: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    instead: tuple[JSON, ...] = ()
    ask: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """The text that a workflow was read from, and the very parts that were read from it."""

    text: str
    parts: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Workflow:
    """A document: nodes in the order of the file, links, the start node, and how all is laid out.

    `publish` says as what other programs may use it (see `workflow/doors.py`), `description` what they are told of it,
    and `resource_uri` the address under which it can be read, if not `workflow://<id>`.
    `extra` and `raw` are as in `Node`. `stray_links` are entries of `links` that spell no link, each with its place in
    the list. Never change a mapping in place: edit with the functions of this module or `dataclasses.replace`.
    """

    name: str = ""
    nodes: Mapping[str, Node] = field(default_factory=dict[str, Node])
    links: tuple[Link, ...] = ()
    start: str | None = None
    groups: tuple[JSON, ...] = ()
    layout: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    format: str = FORMAT
    extra: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    raw: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    stray_links: tuple[tuple[int, JSON], ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)
    publish: tuple[str, ...] = ()
    description: str = ""
    resource_uri: str = ""


def parts(workflow: Workflow) -> tuple[object, ...]:
    """Return all that a file says of the workflow, field by field."""
    return (
        workflow.name,
        workflow.nodes,
        workflow.links,
        workflow.start,
        workflow.groups,
        workflow.layout,
        workflow.format,
        workflow.extra,
        workflow.raw,
        workflow.stray_links,
        workflow.publish,
        workflow.description,
        workflow.resource_uri,
    )


def with_values(workflow: Workflow, values: Mapping[str, Mapping[str, JSON]]) -> Workflow:
    """Return the workflow with widget values set: `{node: {widget: value}}`; other widgets keep theirs.

    Raises:
        WorkflowError: a node is not in the workflow (code `missing_node`) or is no object (`bad_node`).
    """
    changed = {name: _set(node_of(workflow, name), added) for name, added in values.items() if added}
    return replace(workflow, nodes={**workflow.nodes, **changed}) if changed else workflow


def _set(node: Node, added: Mapping[str, JSON]) -> Node:
    if node.instead:
        raise WorkflowError(
            f'The node "{node.id}" is not an object in the file.',
            "Replace it before you set its values.",
            code="bad_node",
        )
    raw = {key: value for key, value in node.raw.items() if key != "values"}
    return replace(node, values={**node.values, **added}, raw=raw)


def with_start(workflow: Workflow, start: str | None) -> Workflow:
    """Return the workflow with another start node; None starts at every node that waits for no link.

    Raises:
        WorkflowError: the node is not in the workflow (code `missing_node`).
    """
    if start is not None:
        node_of(workflow, start)
    return replace(workflow, start=start, raw={key: value for key, value in workflow.raw.items() if key != "start"})


def node_of(workflow: Workflow, name: str) -> Node:
    """Return the node called `name`.

    Raises:
        WorkflowError: it is not in the workflow (code `missing_node`).
    """
    node = workflow.nodes.get(name)
    if node is None:
        known = ", ".join(list(workflow.nodes)[:20]) or "none"
        raise WorkflowError(
            f'The workflow has no node "{name}".', f"Use the id of one of its nodes: {known}.", code="missing_node"
        )
    return node
