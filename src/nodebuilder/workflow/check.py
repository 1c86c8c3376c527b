"""All that is wrong with a workflow, found at once and without running anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final

from nodebuilder.definition import InputSocket
from nodebuilder.errors import Problem, Severity
from nodebuilder.values import JSON
from nodebuilder.widget_values import show
from nodebuilder.workflow.check_doors import door_problems
from nodebuilder.workflow.check_links import link_problems
from nodebuilder.workflow.check_loops import loop_problems
from nodebuilder.workflow.check_widgets import widget_problems
from nodebuilder.workflow.graph import Graph, Library
from nodebuilder.workflow.model import FORMAT, NODE_ID, Node, Workflow
from nodebuilder.workflow.read import NODE_SHAPES, WORKFLOW_SHAPES
from nodebuilder.workflow.starts import starting_nodes, taking_part, touching

MOST_PROBLEMS: Final = 1000
"""A document with more problems gets one more, which says how many are not listed."""

_SHAPE_NAMES: Final = {str: "a text", dict: "an object", list: "a list", bool: "true or false"}
_BLOCKING: Final = frozenset({"nodes", "links", "start", "type", "values"})
_NEVER_NULL: Final = frozenset({"nodes", "links", "type"})


def check(workflow: Workflow, library: Library, *, secrets: Collection[str] | None = None) -> list[Problem]:
    """Return all problems: first those of the whole document, then node by node in the order of the document.

    A problem of severity "error" blocks a run; a warning does not. `library` is the `Registry`; with `secrets`, the
    names of the stored secrets, a name that is not among them is a warning.
    """
    graph = Graph.of(workflow, library)
    found = _all_problems(graph, secrets)
    kept = list(islice(found, MOST_PROBLEMS))
    more = next(found, None)
    order = {node: place for place, node in enumerate(workflow.nodes)}
    kept.sort(key=lambda problem: -1 if problem.node is None else order.get(problem.node, -1))
    return kept if more is None else [*kept, _unlisted(blocking=blocks_run((*kept, more)) or blocks_run(found))]


def blocks_run(problems: Iterable[Problem]) -> bool:
    """Say whether one of the problems is an error, so that the workflow cannot run."""
    return any(problem.severity == "error" for problem in problems)


def _all_problems(graph: Graph, secrets: Collection[str] | None) -> Iterator[Problem]:
    yield from _document_problems(graph)
    part = taking_part(graph.workflow, graph.library.definition)
    beside = touching(graph.workflow, part)
    for node in graph.workflow.nodes.values():
        typed: Severity = "error" if node.id in beside else "warning"
        yield from _node_problems(graph, node, typed)
        yield from _widget_problems(graph, node, secrets, blocking=node.id in part)
    yield from _missing_inputs(graph, part)
    yield from link_problems(graph)
    yield from loop_problems(graph)


def _unlisted(*, blocking: bool) -> Problem:
    return Problem(
        "more_problems",
        f"There are more than {MOST_PROBLEMS:,} problems; the rest is not listed.",
        "Mend those that are listed and check again.",
        severity="error" if blocking else "warning",
    )


def _document_problems(graph: Graph) -> Iterator[Problem]:
    workflow = graph.workflow
    if workflow.format != FORMAT:
        yield Problem(
            "newer_format",
            f"The file has the format {show(workflow.format)}; this version writes {FORMAT}.",
            "Update AI Node Builder; what it does not know is kept, but may not work.",
            severity="warning",
        )
    yield from _shape_problems(workflow.raw, WORKFLOW_SHAPES, None)
    for place, entry in workflow.stray_links:
        yield Problem(
            "bad_link",
            f"Entry {place + 1} of the links, {show(entry)}, spells no link.",
            'Write it like "text.text_out -> image.prompt", with a slot in brackets at an array socket.',
        )
    yield from _start_problems(graph)
    yield from door_problems(workflow)


def _start_problems(graph: Graph) -> Iterator[Problem]:
    workflow = graph.workflow
    if not isinstance(workflow.raw.get("nodes", {}), dict):
        return
    if workflow.start is not None and workflow.start not in workflow.nodes:
        near = graph.hints.near(workflow.start, workflow.nodes)
        hint = f'Did you mean "{near}"? ' if near else ""
        yield Problem(
            "missing_start",
            f"The start node {show(workflow.start)} does not exist.",
            f"{hint}Choose one of the nodes, or remove the start.",
        )
    elif not workflow.nodes:
        yield Problem("nothing_to_start", "The workflow has no nodes, so nothing can start.", "Add a node.")
    elif not starting_nodes(workflow, graph.library.definition):
        yield Problem(
            "nothing_to_start",
            "Every node waits for a link, so nothing can start.",
            "Choose a start node, or add a node that needs no link.",
        )


def _node_problems(graph: Graph, node: Node, typed: Severity) -> Iterator[Problem]:
    """Yield the problems of one node; `typed` is how bad it is when nobody knows its type."""
    if NODE_ID.fullmatch(node.id) is None:
        yield Problem(
            "bad_id",
            f"The node id {show(node.id)} cannot be used.",
            "Use up to 64 letters, digits, _ and -.",
            node=node.id,
        )
    if node.instead:
        yield Problem(
            "bad_node",
            f'Node "{node.id}" is {show(node.instead[0])}, but an object is wanted.',
            'Write it like {"type": "text"}, or remove it.',
            node=node.id,
        )
        return
    yield from _shape_problems(node.raw, NODE_SHAPES, node.id)
    yield from _type_problems(graph, node, typed)


def _widget_problems(graph: Graph, node: Node, secrets: Collection[str] | None, *, blocking: bool) -> Iterator[Problem]:
    """Yield the problems of a node's values; where the node takes no part in the run, wrong ones are warnings."""
    definition = None if node.instead else graph.definitions.get(node.id)
    for problem in widget_problems(node, definition, secrets, graph.hints) if definition else ():
        harmless = not blocking and problem.code != "secret_in_document"
        yield replace(problem, severity="warning") if harmless else problem


def _type_problems(graph: Graph, node: Node, severity: Severity) -> Iterator[Problem]:
    if not node.type and isinstance(node.raw.get("type", ""), str):
        yield Problem(
            "missing_type",
            f'Node "{node.id}" has no type.',
            'Give it one, for example "type": "text".',
            node=node.id,
            severity=severity,
        )
    elif node.type and graph.definitions.get(node.id) is None:
        near = graph.hints.near(node.type, (kind.type for kind in graph.library))
        yield Problem(
            "unknown_type",
            f"There is no node type {show(node.type)}.",
            f'Did you mean "{near}"?' if near else "Install the pack that has it, or remove the node.",
            node=node.id,
            severity=severity,
        )


def _missing_inputs(graph: Graph, part: Collection[str]) -> Iterator[Problem]:
    """Yield an error for each required input without a link; a warning where the node takes no part in the run."""
    for node in graph.workflow.nodes.values():
        definition = None if node.instead else graph.definitions[node.id]
        for socket in definition.inputs if definition else ():
            if socket.required and (node.id, socket.name) not in graph.fed:
                yield _missing_input(node, socket, blocking=node.id in part)


def _missing_input(node: Node, socket: InputSocket, *, blocking: bool) -> Problem:
    place = f"{node.id}.{socket.name}{'[0]' if socket.array else ''}"
    cause = f'Input "{socket.name}" of node "{node.id}" has no link.'
    return Problem(
        "missing_input",
        f"{socket.missing}: {cause[0].lower()}{cause[1:]}" if socket.missing else cause,
        f"Link an output of type {socket.type.value} to {place}.",
        node=node.id,
        socket=socket.name,
        severity="error" if blocking else "warning",
    )


def _shape_problems(raw: Mapping[str, JSON], shapes: Mapping[str, type], node: str | None) -> Iterator[Problem]:
    owner = "" if node is None else f" of node {show(node)}"
    for key, value in raw.items():
        shape = shapes[key]
        if isinstance(value, shape) or (value is None and key not in _NEVER_NULL):
            continue
        yield Problem(
            "bad_field",
            f'"{key}"{owner} is {show(value)}, not {_SHAPE_NAMES[shape]}.',
            f"Write {_SHAPE_NAMES[shape]} there, or remove the entry.",
            node=node,
            severity="error" if key in _BLOCKING else "warning",
        )
