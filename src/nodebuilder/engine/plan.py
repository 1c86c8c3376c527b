"""A workflow compiled for running: every node, input and route by its index, so that a run looks nothing up by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, Final, Protocol

from nodebuilder.definition import InputSocket, NodeDefinition
from nodebuilder.errors import InputError, Problem, WorkflowError
from nodebuilder.node import NodeType
from nodebuilder.values import JSON, Asset, SocketType
from nodebuilder.workflow.model import Link, Node, Ref, Workflow
from nodebuilder.workflow.starts import starting_nodes

Values = Mapping[str, Mapping[str, JSON]]
"""Widget values given for one run: `{node: {widget: value}}`."""
Route = tuple[int, int]
"""Where a value goes: the index of a node and of an input of it."""


_EXACT: Final[Mapping[SocketType, frozenset[type] | None]] = {
    SocketType.ANY: None,
    SocketType.TEXT: frozenset({str}),
    SocketType.NUMBER: frozenset({int, float}),
    SocketType.BOOLEAN: frozenset({bool}),
    SocketType.DICTIONARY: frozenset({dict}),
    SocketType.LIST: frozenset({list}),
    SocketType.IMAGE: frozenset({Asset, str}),
}


class NodeTypes(Protocol):
    """Where node types are found; the `Registry` is one."""

    def get(self, type_id: str) -> NodeType | None:
        """Return the node type with this id, or None."""
        ...


class Kind(IntEnum):
    """How an input takes part: a queue that holds the node back, a value kept for the run, a queue that never holds."""

    PLAIN = 0
    PULL = 1
    LOOSE = 2


@dataclass(frozen=True, slots=True)
class PlannedInput:
    """A connected input, or one connected slot of an array; `sources` are the nodes that feed it."""

    name: str
    socket: str
    slot: int | None
    kind: Kind
    type: SocketType
    exact: frozenset[type] | None
    """The types of values that need no conversion (None: any)."""
    array: bool = False
    required: bool = False
    missing: str = ""
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A node ready to run: its connected inputs, where its outputs go, and all arguments that never change."""

    index: int
    id: str
    title: str
    type: NodeType
    inputs: tuple[PlannedInput, ...]
    arrays: tuple[str, ...]
    """The array inputs that are connected."""
    fixed: Mapping[str, Any]
    secrets: Mapping[str, str]
    """The secret widgets, each with the name of a secret (or "")."""
    given: Mapping[str, str]
    """Keys given in plain for this run."""
    routes: Mapping[str, tuple[Route, ...]] = field(default_factory=dict[str, tuple[Route, ...]])
    slots: Mapping[str, Mapping[int | None, tuple[Route, ...]]] = field(
        default_factory=dict[str, Mapping[int | None, tuple[Route, ...]]]
    )
    """Routes of array outputs by slot; None is a link from the whole list."""

    @property
    def pulls(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The inputs that are pulled, each with the nodes that feed it."""
        return ((index, each.sources) for index, each in enumerate(self.inputs) if each.kind is Kind.PULL)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole workflow ready to run; `starts` are the nodes a run begins with."""

    name: str
    nodes: tuple[PlannedNode, ...]
    starts: tuple[int, ...]
    start: str | None = None


def compile_plan(
    workflow: Workflow, types: NodeTypes, *, start: str | None = None, values: Values | None = None
) -> Plan:
    """Compile `workflow` for running; `start` and `values` go before those of the document.

    A value given for a secret widget is the key itself, for this run only.

    Raises:
        WorkflowError: it cannot run; `problems` names every unknown type, socket, node and unusable widget value.
    """
    return _Compiler(workflow, types, values or {}).plan(start or workflow.start)


class _Compiler:
    def __init__(self, workflow: Workflow, types: NodeTypes, values: Values) -> None:
        self.workflow = workflow
        self.values = values
        self.problems: list[Problem] = []
        self.types: dict[str, NodeType] = {}
        self.known: dict[str, NodeType] = {}
        for node in workflow.nodes.values():
            found = types.get(node.type)
            if found is None:
                self._problem("unknown_type", f"Node type {node.type} is not known.", "Install its pack.", node.id)
            else:
                self.types[node.id] = self.known[node.type] = found
        for name in values:
            if name not in workflow.nodes:
                self._problem("missing_node", f"There is no node {name}.", "Use the id of a node.", None)
        self.order = {name: index for index, name in enumerate(self.types)}

    def plan(self, start: str | None) -> Plan:
        links = [link for link in self.workflow.links if self._known(link)]
        incoming: defaultdict[str, defaultdict[tuple[str, int | None], list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for link in links:
            incoming[link.target.node][link.target.socket, link.target.slot].append(self.order[link.source.node])
        inputs = {name: self._inputs(name, incoming[name]) for name in self.types}
        places = {
            name: {(each.socket, each.slot): index for index, each in enumerate(found)}
            for name, found in inputs.items()
        }
        routes = self._routes(links, places)
        nodes = tuple(self._node(self.workflow.nodes[name], inputs[name], routes.get(name, {})) for name in self.types)
        starts = self._starts(start)
        if self.problems:
            first = self.problems[0]
            more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
            raise WorkflowError(first.message + more, first.remedy, code=first.code, problems=tuple(self.problems))
        return Plan(self.workflow.name, nodes, starts, start)

    def _known(self, link: Link) -> bool:
        return self._has(link.source, output=True) and self._has(link.target, output=False)

    def _has(self, ref: Ref, *, output: bool) -> bool:
        if ref.node not in self.workflow.nodes:
            self._problem("dangling_link", f"A link names node {ref.node}, which does not exist.", "Remove it.", None)
            return False
        node_type = self.types.get(ref.node)
        if node_type is None:
            return False
        found = node_type.definition.output(ref.socket) if output else node_type.definition.input(ref.socket)
        if found is None or (ref.slot is not None and not found.array):
            side = "output" if output else "input"
            self._problem("unknown_socket", f"There is no {side} {ref}.", "Remove the link.", ref.node, ref.socket)
            return False
        return True

    def _inputs(self, name: str, incoming: Mapping[tuple[str, int | None], list[int]]) -> tuple[PlannedInput, ...]:
        planned: list[PlannedInput] = []
        for socket in self.types[name].definition.inputs:
            slots = sorted((slot for found, slot in incoming if found == socket.name), key=_slot_order)
            planned += [_planned(socket, slot, tuple(incoming[socket.name, slot])) for slot in slots]
            if socket.required and not slots:
                message = socket.missing or f"Input {socket.name} is not connected."
                self._problem("missing_input", message, "Connect it.", name, socket.name)
        return tuple(planned)

    def _routes(
        self, links: list[Link], places: Mapping[str, Mapping[tuple[str, int | None], int]]
    ) -> dict[str, dict[tuple[str, int | None], tuple[Route, ...]]]:
        routes: dict[str, dict[tuple[str, int | None], tuple[Route, ...]]] = {}
        for link in links:
            target = link.target
            route = (self.order[target.node], places[target.node][target.socket, target.slot])
            found = routes.setdefault(link.source.node, {})
            key = (link.source.socket, link.source.slot)
            found[key] = (*found.get(key, ()), route)
        return routes

    def _node(
        self,
        node: Node,
        inputs: tuple[PlannedInput, ...],
        routes: Mapping[tuple[str, int | None], tuple[Route, ...]],
    ) -> PlannedNode:
        node_type = self.types[node.id]
        given = self.values.get(node.id, {})
        keys = {name: str(value) for name, value in given.items() if name in node_type.secrets}
        fixed = self._widgets(node, {name: value for name, value in given.items() if name not in keys})
        secrets = {name: str(fixed.pop(name, "")) for name in node_type.secrets}
        slots: dict[str, dict[int | None, tuple[Route, ...]]] = {
            output.name: {} for output in node_type.definition.outputs if output.array
        }
        for (socket, slot), found in routes.items():
            if socket in slots:
                slots[socket][slot] = found
        return PlannedNode(
            index=self.order[node.id],
            id=node.id,
            title=node.title or node_type.definition.title,
            type=node_type,
            inputs=inputs,
            arrays=tuple(dict.fromkeys(each.socket for each in inputs if each.array)),
            fixed=fixed,
            secrets=secrets,
            given=keys,
            routes={socket: found for (socket, _), found in routes.items() if socket not in slots},
            slots=slots,
        )

    def _widgets(self, node: Node, given: Mapping[str, JSON]) -> dict[str, Any]:
        node_type = self.types[node.id]
        for name in given:
            if node_type.definition.widget(name) is None:
                self._problem("unknown_widget", f"Node {node.id} has no widget {name}.", "Use a widget of it.", node.id)
        try:
            return node_type.read_widgets({**node.values, **given})
        except InputError as error:
            self._problem(error.code, error.message, error.remedy, node.id)
            return {}

    def _starts(self, start: str | None) -> tuple[int, ...]:
        if start is not None and start not in self.workflow.nodes:
            self._problem("unknown_start", f"Start node {start} does not exist.", "Choose another.", None)
            return ()
        found = starting_nodes(replace(self.workflow, start=start), self._definition)
        if not found and not self.problems:
            message = "There is no node to start from: each one waits for another."
            self._problem("nothing_to_start", message, "Choose a start node.", None)
        return tuple(self.order[name] for name in found if name in self.order)

    def _definition(self, type_id: str) -> NodeDefinition | None:
        found = self.known.get(type_id)
        return found.definition if found else None

    def _problem(self, code: str, message: str, remedy: str, node: str | None, socket: str | None = None) -> None:
        self.problems.append(Problem(code, message, remedy, node, socket))


def _slot_order(slot: int | None) -> tuple[bool, int]:
    return (slot is None, slot or 0)


def _planned(socket: InputSocket, slot: int | None, sources: tuple[int, ...]) -> PlannedInput:
    name = socket.name if slot is None else f"{socket.name}[{slot}]"
    kind = Kind.LOOSE if socket.do_not_wait else Kind.PULL if socket.pull else Kind.PLAIN
    return PlannedInput(
        name=name,
        socket=socket.name,
        slot=slot,
        kind=kind,
        type=socket.type,
        exact=_EXACT.get(socket.type, frozenset()),
        array=socket.array,
        required=socket.required and not socket.array,
        missing=socket.missing,
        sources=sources,
    )
