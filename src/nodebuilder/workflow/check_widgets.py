"""What is wrong with the values of widgets: unknown ones, wrong ones, keys in the document, retired options."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nodebuilder.definition import NodeDefinition, Widget, WidgetCheck
from nodebuilder.errors import InputError, Problem
from nodebuilder.values import JSON
from nodebuilder.widget_values import read
from nodebuilder.workflow.graph import Hints
from nodebuilder.workflow.keys import looks_like_key
from nodebuilder.workflow.model import Node


def widget_problems(
    node: Node, definition: NodeDefinition, secrets: Collection[str] | None, hints: Hints
) -> Iterator[Problem]:
    """Yield the problems of a node's values; `secrets` are the names of the stored ones, if known."""
    for name in node.values:
        if definition.widget(name) is None:
            yield _unknown(node, definition, name, hints)
    found = [problem for widget in definition.widgets if (problem := _value_problem(node, widget, secrets))]
    yield from found
    if definition.check is not None and not any(problem.severity == "error" for problem in found):
        yield from _misfits(node, definition, definition.check)


def _misfits(node: Node, definition: NodeDefinition, check: WidgetCheck) -> Iterator[Problem]:
    """Yield what is wrong with values that are fine one by one."""
    values = {widget.name: read(widget, node.values.get(widget.name, widget.default)) for widget in definition.widgets}
    try:
        check(values)
    except InputError as error:
        message = f'Node "{node.id}": {error.message[0].lower()}{error.message[1:]}'
        yield Problem(error.code, message, error.remedy, node=node.id, widget=error.socket)


def _unknown(node: Node, definition: NodeDefinition, name: str, hints: Hints) -> Problem:
    if definition.input(name) is not None:
        message = f'"{name}" of node "{node.id}" is an input, not a widget, so the value set for it is not used.'
        remedy = f"Link an output to {node.id}.{name}, and remove the value."
    else:
        near = hints.near(name, (widget.name for widget in definition.widgets))
        message = f'{definition.title} has no widget "{name[:60]}"; its value in node "{node.id}" is kept and not used.'
        remedy = f'Did you mean "{near}"?' if near else "Remove the value if nothing needs it."
    return Problem("unknown_widget", message, remedy, node=node.id, widget=name, severity="warning")


def _value_problem(node: Node, widget: Widget, secrets: Collection[str] | None) -> Problem | None:
    try:
        value = read(widget, node.values.get(widget.name, widget.default))
    except InputError as error:
        return Problem(error.code, error.message, error.remedy, node=node.id, widget=widget.name)
    if widget.kind == "secret":
        return _secret_problem(node, widget, value, secrets)
    warning = widget.option_warnings.get(value) if isinstance(value, str) else None
    if warning is None:
        return None
    return Problem(
        "retired_option",
        warning,
        "Choose another option.",
        node=node.id,
        widget=widget.name,
        severity="warning",
    )


def _secret_problem(node: Node, widget: Widget, value: JSON, secrets: Collection[str] | None) -> Problem | None:
    name = str(value)
    if looks_like_key(name):
        return Problem(
            "secret_in_document",
            f'Widget "{widget.name}" of node "{node.id}" holds a key; a workflow may hold the name of a secret only.',
            "Store the key with `nodebuilder secrets set NAME` or in the editor, and write its name here.",
            node=node.id,
            widget=widget.name,
        )
    if not name or secrets is None or name in secrets:
        return None
    return Problem(
        "unknown_secret",
        f'There is no secret "{name}", which node "{node.id}" names.',
        f"Store it with `nodebuilder secrets set {name}`, or choose another one.",
        node=node.id,
        widget=widget.name,
        severity="warning",
    )
