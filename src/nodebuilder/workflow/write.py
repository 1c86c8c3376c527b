"""A workflow as text: one order, one node or link per line, and every number as it was written.

A value stands on one line where the line stays within 120 characters; otherwise each member or item has its own line.
The lists of nodes, links, groups and places are always broken up, so that a change of one is a change of one line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Final

from nodebuilder.errors import WorkflowError
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Node, Workflow, parts
from nodebuilder.workflow.numbers import WrittenNumber

WIDTH: Final = 120
"""The longest line, in characters, that holds more than one value."""

_BLOCKS: Final = frozenset({"nodes", "links", "groups", "layout"})
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


def save(workflow: Workflow) -> str:
    """Return the text of a `*.flow.json`: the very text that was loaded if nothing was changed, else a laid out one.

    Raises:
        WorkflowError: a value is not JSON (code `not_json`) or holds a lone surrogate (code `lone_surrogate`).
    """
    origin = workflow.origin
    if origin is not None and all(now is then for now, then in zip(parts(workflow), origin.parts, strict=True)):
        return origin.text
    return lay_out(to_json(workflow))


def to_json(workflow: Workflow) -> dict[str, JSON]:
    """Return the document as a JSON object, its keys in the order in which they are written."""
    nodes: dict[str, JSON] = {key: _node(node) for key, node in workflow.nodes.items()}
    head: dict[str, JSON] = {
        "name": workflow.name,
        "description": workflow.description,
        "publish": list(workflow.publish),
        "resource_uri": workflow.resource_uri,
    }
    tail: dict[str, JSON] = {
        "nodes": nodes,
        "links": _links(workflow),
        "start": workflow.start,
        "groups": list(workflow.groups),
        "layout": dict(workflow.layout),
    }
    kept = workflow.raw
    return {"format": workflow.format, **_present(head, kept), **workflow.extra, **_present(tail, kept)}


def _node(node: Node) -> JSON:
    if node.instead:
        return node.instead[0]
    known: dict[str, JSON] = {"type": node.type, "title": node.title, "ask": node.ask, "values": dict(node.values)}
    return {**_present(known, node.raw), **node.extra}


def _present(known: Mapping[str, JSON], raw: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the keys that say something, and those that the file had all the same."""
    return {key: value or raw[key] for key, value in known.items() if value or key in raw}


def _links(workflow: Workflow) -> list[JSON]:
    entries: list[JSON] = [str(link) if link.written is None else link.written for link in workflow.links]
    for place, entry in workflow.stray_links:
        entries.insert(place, entry)
    return entries


def lay_out(value: JSON) -> str:
    """Return the text of a JSON value: the members of an object, line by line, and a newline at the end.

    Raises:
        WorkflowError: a value is not JSON (code `not_json`) or holds a lone surrogate (code `lone_surrogate`).
    """
    if isinstance(value, dict):
        lines = [_member(key, item, 2, broken=key in _BLOCKS) for key, item in value.items()]
        text = _block("{", lines, "}", 0)
    else:
        text = _fitted(value, 0, 0, broken=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise WorkflowError(
            "The workflow holds half of a two-part character (a lone surrogate).",
            "Remove the broken character.",
            code="lone_surrogate",
        ) from None
    return text + "\n"


def _member(key: str, value: JSON, indent: int, *, broken: bool = False) -> str:
    name = f"{_scalar(key)}: "
    return name + _fitted(value, indent, indent + len(name), broken=broken)


def _fitted(value: JSON, indent: int, used: int, *, broken: bool = False) -> str:
    """Return `value` on the rest of a line of which `used` characters are taken, or on lines below."""
    if not isinstance(value, dict | list) or not value:
        return next(_tokens(value))
    line = None if broken else _one_line(value, WIDTH - used - 1)
    if line is not None:
        return line
    if isinstance(value, dict):
        return _block("{", [_member(key, item, indent + 2) for key, item in value.items()], "}", indent)
    return _block("[", [_fitted(item, indent + 2, indent + 2) for item in value], "]", indent)


def _block(begin: str, lines: list[str], end: str, indent: int) -> str:
    if not lines:
        return begin + end
    space = " " * indent
    inner = f",\n{space}  ".join(lines)
    return f"{begin}\n{space}  {inner}\n{space}{end}"


def _one_line(value: JSON, room: int) -> str | None:
    """Return `value` as one line of at most `room` characters, or None; looks no further than that."""
    tokens: list[str] = []
    for token in _tokens(value):
        room -= len(token)
        if room < 0:
            return None
        tokens.append(token)
    return "".join(tokens)


def _tokens(value: JSON) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for place, (key, item) in enumerate(value.items()):
            yield f"{', ' if place else '{'}{_scalar(key)}: "
            yield from _tokens(item)
        yield "}"
    elif isinstance(value, list) and value:
        for place, item in enumerate(value):
            yield ", " if place else "["
            yield from _tokens(item)
        yield "]"
    else:
        yield _scalar(value)


def _scalar(value: JSON) -> str:
    match value:
        case None | bool() | str():
            return _ENCODE(value)
        case WrittenNumber():
            return value.text
        case int():
            return str(int(value))
        case float() if math.isfinite(value):
            return repr(float(value))
        case dict() | list() if not value:
            return "{}" if isinstance(value, dict) else "[]"
        case _:
            raise WorkflowError(
                f"A workflow cannot hold {str(value)[:60]}: JSON does not have it.",
                "Use texts, finite numbers, true, false, null, lists and objects.",
                code="not_json",
            )
