"""Keys taken out of a workflow, so that they can be stored and only their names are written."""

from __future__ import annotations

from nodebuilder.workflow.graph import DefinitionOf
from nodebuilder.workflow.keys import looks_like_key
from nodebuilder.workflow.model import Workflow, with_values


def extract_keys(workflow: Workflow, definition_of: DefinitionOf) -> tuple[Workflow, dict[tuple[str, str], str]]:
    """Return the workflow without the keys in its secret widgets, and the keys by (node, widget).

    Each key is replaced by "", the empty name; after storing one, put its name there using `with_values`.
    """
    found: dict[tuple[str, str], str] = {}
    for node in workflow.nodes.values():
        definition = definition_of(node.type)
        for widget in definition.widgets if definition else ():
            value = node.values.get(widget.name)
            if widget.kind == "secret" and isinstance(value, str) and looks_like_key(value):
                found[node.id, widget.name] = value.strip()
    emptied: dict[str, dict[str, str]] = {}
    for node_id, widget_name in found:
        emptied.setdefault(node_id, {})[widget_name] = ""
    return with_values(workflow, emptied), found
