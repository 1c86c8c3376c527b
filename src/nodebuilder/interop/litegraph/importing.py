"""An older file as a workflow of today: from one JSON value to a workflow, the mends, and the keys that were in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nodebuilder.definition import NodeDefinition
from nodebuilder.errors import WorkflowError
from nodebuilder.interop.litegraph.catalogue import OldClass, class_name, find_class
from nodebuilder.interop.litegraph.foreign import refuse_foreign
from nodebuilder.interop.litegraph.keys import FoundKey, take_keys
from nodebuilder.interop.litegraph.mends import Mends, node_key
from nodebuilder.interop.litegraph.placing import ASIDE, Placed, keys_of, name_nodes, place_node
from nodebuilder.interop.litegraph.wires import Wirer, Wiring
from nodebuilder.values import JSON, Secret
from nodebuilder.workflow.graph import Library
from nodebuilder.workflow.keys import is_secret_name, looks_like_key
from nodebuilder.workflow.model import Workflow
from nodebuilder.workflow.numbers import WrittenNumber
from nodebuilder.workflow.parse import DEFAULT_LIMITS, Limits
from nodebuilder.workflow.read import refuse_more

_PROVIDERS: Final[Mapping[str, str]] = {"openweathermap_api_key": "openweathermap", "api_key": "openai"}
_WRAPPER: Final = frozenset({"graph_data", "start_node_id"})
_RENEWED: Final = frozenset({"last_node_id", "last_link_id", "nodes", "links", "groups", "version"})


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """A key that the file held in clear text: where, and under which name it is best kept."""

    node: str
    widget: str
    name: str
    value: Secret


@dataclass(frozen=True, slots=True)
class Imported:
    """What an older file holds.

    `workflow` has no key in it; `secrets` are those it had. `mends` says what was mended, a sentence each. `ids` maps
    the ids of the file to those of today.
    """

    workflow: Workflow
    mends: tuple[str, ...]
    secrets: tuple[FoundSecret, ...]
    ids: Mapping[str, str]


def import_graph(data: JSON, library: Library, *, name: str = "", limits: Limits = DEFAULT_LIMITS) -> Imported:
    """Return the workflow that a file of the earlier system holds, bare or with `graph_data` and `start_node_id`.

    Raises:
        WorkflowError: it is none, or too large; code `foreign_workflow`, `not_an_older_one`, `display_file`,
            `not_a_workflow`, `too_deep`, `not_finite`, `too_many_nodes`, `too_many_links` or `too_many_keys`.
    """
    _refuse_unsound(data, limits.max_document_depth)
    refuse_foreign(data)
    graph, start = _unwrapped(data)
    listed = graph["nodes"]
    entries = list(listed.values()) if isinstance(listed, dict) else listed if isinstance(listed, list) else []
    links = graph.get("links")
    refuse_more("nodes", len(entries), limits.max_nodes)
    refuse_more("links", len(links) if isinstance(links, list | dict) else 0, limits.max_links)
    return _Reading(library, Mends()).read(entries, {**graph, "nodes": None}, start, name)


class _Reading:
    def __init__(self, library: Library, mends: Mends) -> None:
        self._library = library
        self._mends = mends

    def read(self, entries: Sequence[JSON], rest: Mapping[str, JSON], start: JSON, name: str) -> Imported:
        classes = [self._class(entry) for entry in entries]
        cleared = take_keys(entries, classes, {**rest, "start": start})
        others: dict[str, JSON] = cleared.rest if isinstance(cleared.rest, dict) else {}
        placed, places = self._placed(cleared.entries, classes)
        by_key = keys_of(placed, self._mends)
        wiring = Wirer(placed, by_key, self._mends).read(others.get("links"))
        ids = {key: placed[at].node.id for key, at in by_key.items()}
        lost = [entry for entry in cleared.entries if not isinstance(entry, dict)]
        workflow = Workflow(
            name=name,
            nodes={each.node.id: each.node for each in placed},
            links=wiring.links,
            start=self._start(others.pop("start", None), ids),
            groups=_groups(others),
            layout={each.node.id: list(each.place) for each in placed if each.place},
            extra=_aside(others, lost, wiring),
        )
        secrets = [_secret(key, placed[places[key.place]]) for key in cleared.keys]
        if cleared.rest_had_keys:
            self._mends.add("Keys stood in clear text outside of the nodes; they are left out.")
        return Imported(workflow, self._mends.sentences(), tuple(secrets), ids)

    def _class(self, entry: JSON) -> OldClass | None:
        kind = class_name(entry.get("type")) if isinstance(entry, dict) else ""
        return find_class(kind, self._library.definition)

    def _definition(self, old: OldClass | None) -> NodeDefinition | None:
        return self._library.definition(old.type) if old else None

    def _placed(
        self, entries: Sequence[JSON], classes: Sequence[OldClass | None]
    ) -> tuple[list[Placed], dict[int, int]]:
        """Return the nodes, and where each entry of the file came to stand among them."""
        kept = [(at, entry) for at, entry in enumerate(entries) if isinstance(entry, dict)]
        for at, entry in enumerate(entries):
            if not isinstance(entry, dict):
                self._mends.add(f"Entry {at + 1} of the nodes is no node; it is kept aside.")
        names = name_nodes([entry for _, entry in kept])
        placed = [
            place_node(name, entry, classes[at], self._definition(classes[at]), self._mends)
            for name, (at, entry) in zip(names, kept, strict=True)
        ]
        return placed, {at: place for place, (at, _) in enumerate(kept)}

    def _start(self, written: JSON, ids: Mapping[str, str]) -> str | None:
        if written is None or written == "":
            return None
        found = ids.get(node_key(written) or "")
        if found is None:
            self._mends.add("The file begins at a node that is not there; choose where the workflow begins.")
        return found


def _unwrapped(data: JSON) -> tuple[dict[str, JSON], JSON]:
    """Return the graph, with what else stands beside it, and the id of the node at which it begins."""
    if isinstance(data, dict):
        inner = data.get("graph_data", data)
        if isinstance(inner, dict) and isinstance(inner.get("nodes"), list | dict):
            around = {key: value for key, value in data.items() if key not in _WRAPPER}
            return {**around, **inner}, data.get("start_node_id")
    raise WorkflowError(
        "This is no workflow of the earlier AI Node Builder: it has no list of nodes.",
        "Open a file that its Save button made, or a *.flow.json.",
        code="not_a_workflow",
    )


def _refuse_unsound(data: JSON, deepest: int) -> None:
    """Refuse what no JSON text within the limits can hold."""
    level: list[JSON] = [data]
    for _ in range(deepest + 1):
        inner: list[JSON] = []
        for value in level:
            match value:
                case dict():
                    inner.extend(value.values())
                case list():
                    inner.extend(value)
                case float() if not math.isfinite(value) and not isinstance(value, WrittenNumber):
                    raise _not_finite(value)
                case _:
                    pass
        level = inner
        if not level:
            return
    raise WorkflowError(
        f"Objects and lists are nested deeper than {deepest} levels.",
        "Flatten the document, or raise NODEBUILDER_MAX_DOCUMENT_DEPTH.",
        code="too_deep",
    )


def _not_finite(value: float) -> WorkflowError:
    return WorkflowError(
        f"The file holds {value}, which JSON does not have.", "Replace it by a number.", code="not_finite"
    )


def _groups(others: Mapping[str, JSON]) -> tuple[JSON, ...]:
    groups = others.get("groups")
    return tuple(groups) if isinstance(groups, list) else ()


def _aside(others: Mapping[str, JSON], lost: Sequence[JSON], wiring: Wiring) -> dict[str, JSON]:
    """Return what the document says beside its nodes and links, under one key; nothing when it says nothing."""
    aside: dict[str, JSON] = {
        key: value for key, value in others.items() if key not in _RENEWED and value not in (None, {}, [], "")
    }
    groups = others.get("groups")
    if groups and not isinstance(groups, list):
        aside["groups"] = groups
    if any(entry is not None for entry in lost):
        aside["nodes"] = list(lost)
    if wiring.left_out:
        aside["links"] = list(wiring.left_out)
    if not aside:
        return {}
    kept: JSON = aside
    return {ASIDE: kept}


def _secret(key: FoundKey, placed: Placed) -> FoundSecret:
    widget = placed.definition.widget(key.widget) if placed.definition else None
    named = placed.node.values.get(widget.provider_widget) if widget else None
    if widget is not None and widget.provider_widget and isinstance(named, str) and _may_name(named):
        name = named.strip()
    else:
        name = (widget.provider if widget else "") or _PROVIDERS.get(key.widget, "key")
    return FoundSecret(placed.node.id, key.widget, name, key.value)


def _may_name(text: str) -> bool:
    return is_secret_name(text.strip()) and not looks_like_key(text)
