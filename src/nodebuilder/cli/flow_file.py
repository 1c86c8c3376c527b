"""A workflow from a file or from stdin, also one of the earlier system, with the values that `--set` puts into it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from nodebuilder.cli.console import stderr
from nodebuilder.definition import NodeDefinition
from nodebuilder.errors import WorkflowError
from nodebuilder.house.neighbours import Neighbours
from nodebuilder.interop.litegraph.importing import Imported, import_graph
from nodebuilder.registry import Registry, load_registry
from nodebuilder.settings import Settings
from nodebuilder.storage.workflows import is_id
from nodebuilder.values import JSON
from nodebuilder.widget_values import near_name
from nodebuilder.workflow.doors import parameters
from nodebuilder.workflow.model import Workflow, node_of
from nodebuilder.workflow.parse import parse
from nodebuilder.workflow.read import load

STDIN: Final = Path("-")
_PERHAPS_OLDER: Final = frozenset({"not_a_workflow", "not_an_object"})
_TEXT_KINDS: Final = frozenset({"text", "code", "image", "combo", "secret"})


def read_workflow(path: Path, settings: Settings, *, registry: Registry | None = None, quiet: bool = False) -> Workflow:
    """Return the workflow in the file (`-`: on stdin), read within the limits of the settings.

    A file of the earlier system is imported, using the node types of `registry` (else all); what was mended in it is
    told on stderr, unless `quiet`.

    Raises:
        WorkflowError: the file cannot be read (code `unreadable_file`), or is no workflow.
    """
    workflow, imported = open_workflow(path, settings, registry)
    if imported is not None and not quiet:
        tell_mends(imported)
    return workflow


def open_workflow(path: Path, settings: Settings, registry: Registry | None = None) -> tuple[Workflow, Imported | None]:
    """Return the workflow in the file (`-`: on stdin), and what was imported if it is one of the earlier system.

    Raises:
        WorkflowError: the file cannot be read (code `unreadable_file`), or is no workflow.
    """
    text = _text_of(path, settings)
    try:
        return load(text, settings), None
    except WorkflowError as error:
        if error.code not in _PERHAPS_OLDER:
            raise
        try:
            imported = _imported(text, path, settings, registry)
        except WorkflowError as refused:
            raise error if refused.code == "not_a_workflow" else refused from None
    return imported.workflow, imported


def neighbours(path: Path, settings: Settings) -> Neighbours:
    """Return what finds the workflow `<id>.flow.json` in the folder of a file; there is none beside stdin.

    Only what can be the id of a workflow is looked for: an id never leads out of the folder.
    """

    def find(workflow_id: str) -> Workflow | None:
        beside = path.with_name(f"{workflow_id}.flow.json") if is_id(workflow_id) and path != STDIN else None
        return load(_text_of(beside, settings), settings) if beside is not None and beside.is_file() else None

    return find


def import_workflow(path: Path, settings: Settings) -> Imported:
    """Return what a file of the earlier system holds (`-`: on stdin).

    Raises:
        WorkflowError: the file cannot be read (code `unreadable_file`), or is no such file.
    """
    return _imported(_text_of(path, settings), path, settings, None)


def tell_mends(imported: Imported) -> None:
    """Write what was mended to stderr, and which secrets to set for the keys that were left out."""
    for line in mends_of(imported):
        stderr.print(line, markup=False)


def mends_of(imported: Imported) -> Iterator[str]:
    """Yield what was mended, and which secrets to set for the keys that were left out, a line each."""
    for sentence in imported.mends:
        yield f"Mended: {sentence}"
    for secret in imported.secrets:
        yield (
            f'Left out: the key in "{secret.widget}" of node "{secret.node}"; set the secret {secret.name} with '
            f"`nodebuilder secrets set {secret.name}`."
        )


def _imported(text: bytes, path: Path, settings: Settings, registry: Registry | None) -> Imported:
    types = load_registry(settings.nodes_dir) if registry is None else registry
    name = "" if path == STDIN else path.name.removesuffix(".json").removesuffix(".flow")
    return import_graph(parse(text, settings), types, name=name, limits=settings)


def _text_of(path: Path, settings: Settings) -> bytes:
    try:
        with sys.stdin.buffer if path == STDIN else path.open("rb") as file:
            return file.read(settings.max_document_bytes + 1)
    except OSError as error:
        raise WorkflowError(
            f"{path} cannot be read: {error.strerror or error}.",
            "Give the path of a *.flow.json file, or - to read from stdin.",
            code="unreadable_file",
        ) from error


def assigned(texts: Iterable[str], workflow: Workflow, registry: Registry) -> dict[str, dict[str, JSON]]:
    """Return what `--set NODE.WIDGET=VALUE` options say, as `{node: {widget: value}}`.

    The value is JSON for numbers and toggles, and the text as it stands for all other widgets.

    Raises:
        WorkflowError: an option has another form (code `bad_assignment`), or names no node or widget.
    """
    values: dict[str, dict[str, JSON]] = {}
    for text in texts:
        place, equals, value = text.partition("=")
        node, dot, widget = place.strip().partition(".")
        if not (equals and dot and widget):
            raise WorkflowError(
                f'--set "{place.strip()}" names no widget to set.',
                "Write --set NODE.WIDGET=VALUE, for example --set prompt.value=Hello.",
                code="bad_assignment",
            )
        definition = registry.definition(node_of(workflow, node).type)
        values.setdefault(node, {})[widget] = _value(value, widget, definition, node)
    return values


def given_inputs(texts: Iterable[str], workflow: Workflow) -> dict[str, JSON]:
    """Return what `--input NAME=VALUE` options say, by name.

    The value is JSON for numbers, booleans, lists, dictionaries and any values, and the text as it stands for others.

    Raises:
        WorkflowError: an option has another form (code `bad_assignment`).
    """
    kinds = {parameter.name: parameter.type for parameter in parameters(workflow)}
    inputs: dict[str, JSON] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (equals and name.strip()):
            raise WorkflowError(
                f'--input "{text[:64]}" gives no value to an input.',
                "Write --input NAME=VALUE, for example --input prompt=Hello.",
                code="bad_assignment",
            )
        plain = kinds.get(name.strip(), "text") in ("text", "image")
        inputs[name.strip()] = value if plain else _json_or_text(value)
    return inputs


def _value(text: str, widget: str, definition: NodeDefinition | None, node: str) -> JSON:
    found = definition.widget(widget) if definition else None
    if definition is not None and found is None:
        names = [known.name for known in definition.widgets]
        near = near_name(widget, names)
        raise WorkflowError(
            f'Node "{node}" has no widget "{widget}".',
            f'Did you mean "{near}"?' if near else f"Its widgets: {', '.join(names) or 'none'}.",
            code="unknown_widget",
        )
    if found is not None and found.kind in _TEXT_KINDS:
        return text
    return _json_or_text(text)


def _json_or_text(text: str) -> JSON:
    try:
        value: JSON = json.loads(text)
    except ValueError:
        return text
    return value
