"""What is wrong with links: ends that do not exist, slots, types, sockets that are taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nodebuilder.definition import InputSocket, OutputSocket
from nodebuilder.errors import Problem
from nodebuilder.values import connects
from nodebuilder.workflow.graph import Graph
from nodebuilder.workflow.model import Link, Ref

MOST_SLOTS: Final = 10_000
"""An array socket has the slots 0 to 9999."""

_Taken = dict[tuple[str, str, int | None], Link]


def link_problems(graph: Graph) -> Iterator[Problem]:
    """Yield the problems of all links, in the order of the document."""
    taken: _Taken = {}
    for link in graph.workflow.links:
        source = _look_up(graph, link, link.source, output=True)
        target = _look_up(graph, link, link.target, output=False)
        if source.problem:
            yield source.problem
        if target.problem:
            yield target.problem
        if isinstance(source.socket, OutputSocket) and isinstance(target.socket, InputSocket):
            yield from _pair_problems(link, source.socket, target.socket)
        if isinstance(target.socket, InputSocket):
            yield from _taken(link, target.socket, taken)


@dataclass(frozen=True, slots=True)
class _End:
    """What was found at one end of a link."""

    socket: InputSocket | OutputSocket | None = None
    problem: Problem | None = None


def _look_up(graph: Graph, link: Link, ref: Ref, *, output: bool) -> _End:
    if ref.node not in graph.workflow.nodes:
        return _End(problem=_missing_node(graph, link, ref, output=output))
    definition = graph.definitions[ref.node]
    if definition is None:
        return _End()
    socket = definition.output(ref.socket) if output else definition.input(ref.socket)
    if socket is None:
        sockets = definition.outputs if output else definition.inputs
        return _End(problem=_missing_socket(graph, link, ref, [s.name for s in sockets], output=output))
    return _End(socket, _slot_problem(link, ref, array=socket.array))


def _missing_node(graph: Graph, link: Link, ref: Ref, *, output: bool) -> Problem:
    other = link.target if output else link.source
    known = other.node in graph.workflow.nodes
    near = graph.hints.near(ref.node, graph.workflow.nodes)
    return Problem(
        "missing_node",
        f'The link "{link}" {"begins" if output else "ends"} at node "{ref.node}", which does not exist.',
        f'Did you mean "{near}"?' if near else "Remove the link, or add the node.",
        node=other.node if known else None,
        socket=other.socket if known else None,
    )


def _missing_socket(graph: Graph, link: Link, ref: Ref, names: Sequence[str], *, output: bool) -> Problem:
    kind = "output" if output else "input"
    near = graph.hints.near(ref.socket, names)
    among = f"Use one of its {kind}s: {', '.join(names)}." if names else f"It has no {kind}s: remove the link."
    return Problem(
        "missing_socket",
        f'Node "{ref.node}" has no {kind} "{ref.socket}", which the link "{link}" names.',
        f'Did you mean "{near}"?' if near else among,
        node=ref.node,
        socket=ref.socket,
    )


def _slot_problem(link: Link, ref: Ref, *, array: bool) -> Problem | None:
    plain = f"{ref.node}.{ref.socket}"
    if ref.slot is None:
        if not array:
            return None
        code, cause, remedy = "slot_missing", f"{plain} has slots, but names none", f"Write {plain}[0]."
    elif not array:
        code, cause, remedy = "slot_on_plain", f"{plain} has no slots, but names one", f"Write {plain}."
    elif ref.slot >= MOST_SLOTS:
        code, cause = "slot_out_of_range", f"slot {ref.slot} of {plain} is beyond the last one"
        remedy = f"Use a slot from 0 to {MOST_SLOTS - 1}."
    else:
        return None
    return Problem(code, f'In the link "{link}", {cause}.', remedy, node=ref.node, socket=ref.socket)


def _pair_problems(link: Link, source: OutputSocket, target: InputSocket) -> Iterator[Problem]:
    if not connects(source.type, target.type):
        yield Problem(
            "type_mismatch",
            f"{link.source} gives {source.type.value}, but {link.target} wants {target.type.value}.",
            f"Link an output of type {target.type.value} there, or convert the value on the way.",
            node=link.target.node,
            socket=link.target.socket,
        )
    if link.source.node == link.target.node and not target.do_not_wait:
        yield Problem(
            "self_link",
            f'The link "{link}" makes the node wait for itself.',
            "Remove it, or end it at an input that does not hold the node back.",
            node=link.target.node,
            socket=link.target.socket,
        )


def _taken(link: Link, socket: InputSocket, taken: _Taken) -> Iterator[Problem]:
    """Report a link when an earlier one ends at the same place; note where this one ends."""
    if socket.many:
        return
    target = link.target
    place = (target.node, target.socket, target.slot if socket.array else None)
    if place in taken:
        code, kind, remedy = (
            ("slot_taken", "slot", ", or use another slot") if socket.array else ("two_links", "input", "")
        )
        yield Problem(
            code,
            f'The {kind} {target} takes one link, but two end there: "{taken[place]}" and "{link}".',
            f"Remove one of them{remedy}.",
            node=target.node,
            socket=target.socket,
        )
    else:
        taken[place] = link
