"""The nodes of an older file: their ids, titles, places and looks; what this version has no word for is kept aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nodebuilder.definition import NodeDefinition
from nodebuilder.interop.litegraph.catalogue import OldClass, class_name, type_id, words
from nodebuilder.interop.litegraph.mends import Mends, node_key, number, whole
from nodebuilder.interop.litegraph.values import read_values
from nodebuilder.values import JSON
from nodebuilder.widget_values import show
from nodebuilder.workflow.model import Node

ASIDE: Final = "litegraph"
"""The key, of the document and of a node, under which is kept what this version has no word for."""

_READ: Final = frozenset(
    {"id", "type", "title", "pos", "size", "order", "inputs", "outputs", "properties", "widgets_values"}
)
_LAST: Final = (1, 0)


@dataclass(frozen=True, slots=True)
class Placed:
    """A node as it was read, beside what the file said of it; `old` is None for a class that nobody knows."""

    node: Node
    entry: Mapping[str, JSON]
    old: OldClass | None
    definition: NodeDefinition | None
    place: tuple[JSON, ...] = ()


def name_nodes(entries: Sequence[Mapping[str, JSON]]) -> list[str]:
    """Return an id for each node: a word from its title or its type, numbered in the order in which nodes were made."""
    order = sorted(range(len(entries)), key=lambda at: (_made(entries[at]), at))
    names = [""] * len(entries)
    taken: set[str] = set()
    last: dict[str, int] = {}
    for at in order:
        stem = _stem(entries[at])
        name, count = stem, last.get(stem, 1)
        while name in taken:
            count += 1
            name = f"{stem}_{count}"
        last[stem] = count
        taken.add(name)
        names[at] = name
    return names


def _made(entry: Mapping[str, JSON]) -> tuple[int, int]:
    found = whole(entry.get("id"))
    return _LAST if found is None else (0, found)


def _stem(entry: Mapping[str, JSON]) -> str:
    return words(title_of(entry) or "") or type_id(class_name(entry.get("type"))) or "node"


def title_of(entry: Mapping[str, JSON]) -> str | None:
    """Return the title that a person gave the node, or None: the name of its class is none."""
    title = entry.get("title")
    if isinstance(title, int | float) and not isinstance(title, bool):
        title = str(title)
    if not isinstance(title, str) or not title.strip() or title in (entry.get("type"), class_name(entry.get("type"))):
        return None
    return title


def place_node(
    name: str, entry: Mapping[str, JSON], old: OldClass | None, definition: NodeDefinition | None, mends: Mends
) -> Placed:
    """Return the node called `name`, with values, looks and place; of an unknown class, with all that was said."""
    place = _place(name, entry, mends)
    title = title_of(entry)
    kind = class_name(entry.get("type"))
    if definition is None:
        mends.add(_unknown(name, entry, type_id(kind)))
    if old is None:
        return Placed(Node(name, type_id(kind), title, extra={ASIDE: dict(entry)}), entry, None, None, place)
    read = read_values(name, entry, old, definition, mends)
    aside: dict[str, JSON] = {
        key: value for key, value in entry.items() if key not in _READ and _says_something(key, value)
    }
    if "title" in entry and title is None and entry["title"] not in (entry.get("type"), kind, ""):
        aside["title"] = entry["title"]
    if read.left:
        aside["properties"] = dict(read.left)
    if entry.get("mode") not in (0, None):
        mends.add(f'Node "{name}" was muted (mode {show(entry["mode"])}); it ran all the same, and does so here.')
    extra: dict[str, JSON] = {ASIDE: aside} if aside else {}
    return Placed(Node(name, old.type, title, read.widgets, extra=extra), entry, old, definition, place)


def _unknown(name: str, entry: Mapping[str, JSON], wanted: str) -> str:
    if not wanted:
        return f'Node "{name}" names no type; all the file said of it is kept, and it cannot run.'
    written = show(entry.get("type"))
    return f'Node "{name}" is of the type {written}, which is not installed here; all of it is kept, as "{wanted}".'


def _says_something(key: str, value: JSON) -> bool:
    return value not in (None, {}, []) and not (key == "mode" and value == 0)


def _place(name: str, entry: Mapping[str, JSON], mends: Mends) -> tuple[JSON, ...]:
    """Return the place and the size, as far as they are numbers."""
    at, size = _pair(entry.get("pos")), _pair(entry.get("size"))
    if at is None:
        if entry.get("pos") is not None:
            mends.add(f'The place of node "{name}" cannot be read; the editor chooses one.')
        return ()
    return (*at, *size) if size is not None and min(size) > 0 else at


def _pair(value: JSON) -> tuple[int | float, int | float] | None:
    """Return the two numbers that `[x, y]` or `{"0": x, "1": y}` holds, or None."""
    both = value[:2] if isinstance(value, list) else [value.get("0"), value.get("1")] if isinstance(value, dict) else []
    found = [number(each) for each in both]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return None
    return found[0], found[1]


def keys_of(placed: Sequence[Placed], mends: Mends) -> dict[str, int]:
    """Return which node each id of the file means, by its place; of two with one id, the later."""
    found: dict[str, int] = {}
    for at, each in enumerate(placed):
        key = node_key(each.entry.get("id"))
        if key is None:
            mends.add(f'Node "{each.node.id}" had no id in the file, so no link can mean it.')
        elif key in found:
            mends.add(
                f'Nodes "{placed[found[key]].node.id}" and "{each.node.id}" had one id in the file, {show(key)}; '
                "links to it mean the later one."
            )
        if key is not None:
            found[key] = at
    return found
