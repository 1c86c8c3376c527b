"""A workflow from text or from JSON: tolerant of what is missing or in the wrong shape, losing nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from nodebuilder.errors import WorkflowError
from nodebuilder.values import JSON
from nodebuilder.workflow.model import FORMAT, Link, Node, Origin, Workflow, parts
from nodebuilder.workflow.parse import DEFAULT_LIMITS, Limits, parse

FAMILY: Final = "nodebuilder/"
"""How the `format` of every version begins."""

WORKFLOW_SHAPES: Final[Mapping[str, type]] = {
    "format": str,
    "name": str,
    "description": str,
    "publish": list,
    "resource_uri": str,
    "nodes": dict,
    "links": list,
    "start": str,
    "groups": list,
    "layout": dict,
}
"""The keys of a document and what each holds."""

NODE_SHAPES: Final[Mapping[str, type]] = {"type": str, "title": str, "ask": bool, "values": dict}
"""The keys of a node and what each holds."""


def load(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> Workflow:
    """Return the workflow that a `*.flow.json` holds.

    Raises:
        WorkflowError: the text cannot be read (see `parse`) or is no workflow (see `from_json`).
    """
    workflow = from_json(parse(text, limits), limits)
    kept = text if isinstance(text, str) else text.decode("utf-8")
    return replace(workflow, origin=Origin(kept, parts(workflow)))


def from_json(value: JSON, limits: Limits = DEFAULT_LIMITS) -> Workflow:
    """Return the workflow that a JSON value holds, best one that `parse` returned.

    Raises:
        WorkflowError: it is no workflow, or too large; code `not_an_object`, `not_a_workflow`, `too_many_nodes` or
            `too_many_links`.
    """
    document = _document(value)
    read = _Sorted.of(document, WORKFLOW_SHAPES)
    nodes: dict[str, JSON] = read.fields.get("nodes", {})
    entries: list[JSON] = read.fields.get("links", [])
    refuse_more("nodes", len(nodes), limits.max_nodes)
    refuse_more("links", len(entries), limits.max_links)
    links = [(place, entry, Link.parse(entry)) for place, entry in enumerate(entries)]
    return Workflow(
        name=read.fields.get("name", ""),
        nodes={key: _node(key, node) for key, node in nodes.items()},
        links=tuple(link for _, _, link in links if link is not None),
        start=read.fields.get("start"),
        groups=tuple(read.fields.get("groups", ())),
        layout=read.fields.get("layout", {}),
        format=read.fields.get("format", FORMAT),
        description=read.fields.get("description", ""),
        publish=tuple(read.fields.get("publish", ())),
        resource_uri=read.fields.get("resource_uri", ""),
        extra=read.extra,
        raw=read.raw,
        stray_links=tuple((place, entry) for place, entry, link in links if link is None),
    )


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The members of an object: known and well shaped, known and kept as they stand, unknown."""

    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    raw: dict[str, JSON] = field(default_factory=dict[str, JSON])
    extra: dict[str, JSON] = field(default_factory=dict[str, JSON])

    @classmethod
    def of(cls, members: Mapping[str, JSON], shapes: Mapping[str, type]) -> _Sorted:
        found = cls()
        for key, value in members.items():
            if key not in shapes:
                found.extra[key] = value
            elif value and isinstance(value, shapes[key]) and (key != "publish" or _only_texts(value)):
                found.fields[key] = value
            else:
                found.raw[key] = value
        return found


def _only_texts(value: JSON) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _node(key: str, value: JSON) -> Node:
    if not isinstance(value, dict):
        return Node(key, "", instead=(value,))
    read = _Sorted.of(value, NODE_SHAPES)
    return Node(
        id=key,
        type=read.fields.get("type", ""),
        title=read.fields.get("title"),
        ask=read.fields.get("ask", False),
        values=read.fields.get("values", {}),
        extra=read.extra,
        raw=read.raw,
    )


def _document(value: JSON) -> dict[str, JSON]:
    if not isinstance(value, dict):
        raise WorkflowError(
            "The text holds no JSON object, so it is no workflow.",
            f'Write an object that begins with "format": "{FORMAT}".',
            code="not_an_object",
        )
    version = value.get("format")
    missing = "format" not in value and isinstance(value.get("nodes"), dict)
    if not missing and not (isinstance(version, str) and version.startswith(FAMILY)):
        raise WorkflowError(
            f'This is no workflow: its "format" is not "{FORMAT}".',
            f'Open a *.flow.json file, or write "format": "{FORMAT}" as its first entry.',
            code="not_a_workflow",
        )
    return value


def refuse_more(what: str, count: int, most: int) -> None:
    """Refuse more nodes or links than are allowed (code `too_many_nodes` or `too_many_links`)."""
    if count > most:
        raise WorkflowError(
            f"The workflow has {count:,} {what}; at most {most:,} are allowed.",
            f"Split it into smaller workflows, or raise NODEBUILDER_MAX_{what.upper()}.",
            code=f"too_many_{what}",
        )
