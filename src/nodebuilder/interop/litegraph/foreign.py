"""Files of other programs: recognised by their form, and refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeGuard

from nodebuilder.errors import WorkflowError
from nodebuilder.interop.litegraph.catalogue import CLASSES, class_name
from nodebuilder.values import JSON

LOOKED_AT: Final = 200
"""So many entries of a list are looked at."""

_TYPE_AT: Final = 5
_COMFY_TYPES: Final = frozenset({"MODEL", "CLIP", "VAE", "LATENT", "CONDITIONING"})


def refuse_foreign(data: JSON) -> None:
    """Raise when the data is the file of another program that is known by its form.

    Raises:
        WorkflowError: it is (code `foreign_workflow`), or a file of ours that is no earlier one: a workflow of this
            version (code `not_an_older_one`) or what a display panel showed (code `display_file`).
    """
    for program, looks_like in _PROGRAMS.items():
        if looks_like(data):
            raise WorkflowError(
                f"This is a file of {program}, which cannot be opened here.",
                "Open a *.flow.json or a file of the earlier AI Node Builder, or build the workflow anew from nodes.",
                code="foreign_workflow",
            )
    if not isinstance(data, dict):
        return
    if str(data.get("format", "")).startswith("nodebuilder/"):
        raise WorkflowError(
            "This is no older file, but a workflow of this version.", "Open it as it is.", code="not_an_older_one"
        )
    if isinstance(data.get("context"), list) and "nodes" not in data and "graph_data" not in data:
        raise WorkflowError(
            "This is no workflow, but what a display panel showed.",
            "Load it in the display panel of a workflow.",
            code="display_file",
        )


def is_older(data: JSON) -> bool:
    """Say whether a JSON value looks like a workflow of the earlier system, so that a folder's other files are not."""
    if not isinstance(data, dict):
        return False
    try:
        refuse_foreign(data)
    except WorkflowError:
        return False
    graph: JSON = data.get("graph_data", data)
    if not isinstance(graph, dict) or not isinstance(graph.get("nodes"), list | dict):
        return False
    known = any(class_name(node.get("type")) in CLASSES for node in _objects(graph["nodes"]))
    return known or "graph_data" in data or ("last_node_id" in graph and "links" in graph)


def _objects(value: JSON) -> list[dict[str, Any]]:
    """Return the objects among the first entries of a list, or among the values of an object."""
    entries: Iterable[JSON] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [entry for _, entry in zip(range(LOOKED_AT), entries, strict=False) if isinstance(entry, dict)]


def _is_comfy(data: JSON) -> bool:
    """An API document maps ids to `class_type` and `inputs`; that of its canvas is LiteGraph's, with other types."""
    if not isinstance(data, dict):
        return False
    prompt: JSON = data.get("prompt", data)
    entries = _objects(prompt) if isinstance(prompt, dict) else []
    if any(isinstance(entry.get("class_type"), str) and isinstance(entry.get("inputs"), dict) for entry in entries):
        return True
    nodes = _objects(data.get("nodes"))
    if any(class_name(node.get("type")) in CLASSES for node in nodes):
        return False
    links = data.get("links")
    kinds = [link[5] for link in links[:LOOKED_AT] if _is_typed(link)] if isinstance(links, list) else []
    return any(map(_has_comfy_marks, nodes)) or any(isinstance(kind, str) and kind in _COMFY_TYPES for kind in kinds)


def _is_typed(link: JSON) -> TypeGuard[list[JSON]]:
    return isinstance(link, list) and len(link) > _TYPE_AT


def _has_comfy_marks(node: Mapping[str, Any]) -> bool:
    properties = node.get("properties")
    return isinstance(properties, dict) and ("Node name for S&R" in properties or "cnr_id" in properties)


def _is_langflow(data: JSON) -> bool:
    if not isinstance(data, dict):
        return any(_is_langflow(each) for each in _objects(data)[:3])
    if any(_is_langflow(each) for each in _objects(data.get("flows"))[:3]):
        return True
    inner = data.get("data")
    return isinstance(inner, dict) and isinstance(inner.get("edges"), list) and isinstance(inner.get("nodes"), list)


def _is_flowise(data: JSON) -> bool:
    if not isinstance(data, dict) or not isinstance(data.get("edges"), list):
        return False
    for node in _objects(data.get("nodes")):
        inner = node.get("data")
        if isinstance(inner, dict) and ("inputAnchors" in inner or "inputParams" in inner):
            return True
    return False


def _is_n8n(data: JSON) -> bool:
    if not isinstance(data, dict):
        return any(_is_n8n(each) for each in _objects(data)[:3])
    return isinstance(data.get("connections"), dict) and isinstance(data.get("nodes"), list)


def _is_node_red(data: JSON) -> bool:
    flows: JSON = data.get("flows") if isinstance(data, dict) else data
    entries = _objects(flows) if isinstance(flows, list) else []
    return any(_is_red_node(entry) for entry in entries)


def _is_red_node(entry: Mapping[str, Any]) -> bool:
    kind = entry.get("type")
    return isinstance(kind, str) and (isinstance(entry.get("wires"), list) or kind in ("tab", "subflow"))


_PROGRAMS: Final[Mapping[str, Callable[[JSON], bool]]] = {
    "ComfyUI": _is_comfy,
    "Langflow": _is_langflow,
    "Flowise": _is_flowise,
    "n8n": _is_n8n,
    "Node-RED": _is_node_red,
}
