"""A workflow compiled for running: every node, input and route by its index, so that a run looks nothing up by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, Protocol

from nodebuilder.definition import TOOL_CALL, TOOL_CALLS
from nodebuilder.engine.inputs import Kind, PlannedInput, Shape, plan_input
from nodebuilder.engine.toolways import Toolway, toolways
from nodebuilder.errors import InputError, WorkflowError
from nodebuilder.node import NodeType
from nodebuilder.values import JSON
from nodebuilder.workflow.bodies import Bodies
from nodebuilder.workflow.check import check
from nodebuilder.workflow.graph import Library
from nodebuilder.workflow.model import Node, Workflow, node_of, with_start, with_values
from nodebuilder.workflow.starts import starting_nodes, taking_part

Values = Mapping[str, Mapping[str, JSON]]
"""Widget values given for one run: `{node: {widget: value}}`."""
Keys = Mapping[str, Mapping[str, str]]
"""Keys given for one run: `{node: {widget: key}}`."""
Route = tuple[int, int]
"""Where a value goes: the index of a node and of an input of it."""


class NodeTypes(Library, Protocol):
    """Where node types are found; the `Registry` is one."""

    def get(self, type_id: str, /) -> NodeType | None:
        """Return the node type with this id, or None."""
        ...


class Form(IntEnum):
    """How the function of a node is run."""

    DIRECT = 0
    """A plain call on the loop."""
    ASYNC = 1
    """A coroutine."""
    LONGER = 2
    """All else: a thread, a generator, or keys that must be found first."""


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A node ready to run: its connected inputs, where its outputs go, and all arguments that never change."""

    index: int
    id: str
    title: str
    type: NodeType
    form: Form
    context: str | None
    """The name of the parameter that gets the context of the firing."""
    inputs: tuple[PlannedInput, ...]
    shape: Shape
    loose: frozenset[int]
    """Which inputs are do-not-wait."""
    pulls: tuple[tuple[int, tuple[int, ...]], ...]
    """The inputs that are pulled, each with the nodes that feed it."""
    arrays: tuple[str, ...]
    """The array inputs that are connected."""
    fixed: Mapping[str, Any]
    secrets: Mapping[str, str]
    """The secret widgets, each with the name of a secret (or "")."""
    key_providers: Mapping[str, str]
    """The secret widgets, each with the provider whose key it is."""
    given: Mapping[str, str]
    """Keys given in plain for this run."""
    routes: Mapping[str, tuple[Route, ...]] = field(default_factory=dict[str, tuple[Route, ...]])
    slots: Mapping[str, Mapping[int, tuple[Route, ...]]] = field(
        default_factory=dict[str, Mapping[int, tuple[Route, ...]]]
    )
    """Routes of array outputs, by slot."""
    tools: Mapping[int, Toolway] = field(default_factory=dict[int, Toolway])
    """Where the calls go for the tool at each slot of `tools`."""
    called_at: int = -1
    """The input that takes calls of a model, or -1."""
    ask: bool = False
    """Whether a person approves each call."""


@dataclass(frozen=True, slots=True)
class Body:
    """The nodes that a round of a loop works through, as they take part in it.

    `covered` are those of them that work only in rounds of another loop within.
    """

    nodes: tuple[PlannedNode, ...] = ()
    covered: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole workflow ready to run; `starts` are the nodes a run begins with.

    `inside` are the nodes of the body of each loop node; `bodies` are those as they take part in a round, and `covered`
    the nodes that work only in rounds (both by `engine/bodies.py`).
    """

    name: str
    nodes: tuple[PlannedNode, ...]
    starts: tuple[int, ...]
    start: str | None = None
    inside: Mapping[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])
    bodies: Mapping[int, Body] = field(default_factory=dict[int, Body])
    covered: frozenset[int] = frozenset()

    @property
    def calls_tools(self) -> bool:
        """Whether any node of it calls tools."""
        return any(node.tools for node in self.nodes)


def compile_plan(
    workflow: Workflow, types: NodeTypes, *, start: str | None = None, values: Values | None = None
) -> Plan:
    """Compile `workflow` for running; `start` and `values` go before those of the document.

    A value given for a secret widget is the key itself, for this run only.

    Raises:
        WorkflowError: it cannot run; `problems` says all that is wrong.
    """
    workflow = with_start(workflow, start) if start is not None else workflow
    keys, plain = _keys_apart(workflow, types, values or {})
    workflow = with_values(workflow, plain)
    problems = [problem for problem in check(workflow, types) if problem.severity == "error"]
    if problems:
        first = problems[0]
        more = f" ({len(problems) - 1} more problems)" if len(problems) > 1 else ""
        raise WorkflowError(first.message + more, first.remedy, code=first.code, problems=tuple(problems))
    found = {name: types.get(node.type) for name, node in workflow.nodes.items()}
    known = {name: node_type for name, node_type in found.items() if node_type is not None}
    links = tuple(link for link in workflow.links if link.source.node in known and link.target.node in known)
    part = taking_part(workflow, types.definition)
    usable = {
        name: node if name in part or name not in known else _harmless(node, known[name])
        for name, node in workflow.nodes.items()
    }
    workflow = replace(workflow, nodes=usable, links=links)
    nodes = _Wiring(workflow, known).nodes(keys)
    order = {node.id: node.index for node in nodes}
    starts = tuple(order[name] for name in starting_nodes(workflow, types.definition))
    bodies = Bodies(workflow, {name: each.definition for name, each in known.items()})
    inside = {order[loop]: frozenset(order[name] for name in bodies.inside(loop)) for loop in bodies.loops}
    return Plan(workflow.name, nodes, starts, workflow.start, inside)


def _harmless(node: Node, node_type: NodeType) -> Node:
    """Return a node that no run comes to, without its values if they cannot be used."""
    try:
        node_type.read_widgets(node.values)
    except InputError:
        return replace(node, values={})
    return node


def _keys_apart(workflow: Workflow, types: NodeTypes, values: Values) -> tuple[Keys, Values]:
    """Return the keys among the given values, and all others."""
    keys: dict[str, dict[str, str]] = {}
    plain: dict[str, dict[str, JSON]] = {}
    for name, given in values.items():
        definition = types.definition(node_of(workflow, name).type)
        for widget_name, value in given.items():
            widget = definition.widget(widget_name) if definition else None
            if widget is None:
                known = ", ".join(each.name for each in definition.widgets) if definition else ""
                raise WorkflowError(
                    f'Node "{name}" has no widget "{widget_name}".',
                    f"Use one of its widgets: {known or 'it has none'}.",
                    code="unknown_widget",
                )
            if widget.kind == "secret":
                keys.setdefault(name, {})[widget_name] = str(value)
            else:
                plain.setdefault(name, {})[widget_name] = value
    return keys, plain


_End = tuple[str, int | None]
"""A socket of a node and a slot of it."""


class _Wiring:
    """The links of a workflow that was checked, by the index of node and input."""

    def __init__(self, workflow: Workflow, types: Mapping[str, NodeType]) -> None:
        self._workflow = workflow
        self._types = types
        self._order = {name: index for index, name in enumerate(types)}
        self._into: defaultdict[str, defaultdict[_End, list[int]]] = defaultdict(lambda: defaultdict(list))
        for link in workflow.links:
            self._into[link.target.node][link.target.socket, link.target.slot].append(self._order[link.source.node])
        self._ways = toolways(workflow, {name: each.definition for name, each in types.items()})
        for caller, ways in self._ways.items():
            for called in {way.called for way in ways.values() if way.called}:
                if self._order[caller] not in (into := self._into[called][TOOL_CALL, None]):
                    into.append(self._order[caller])

    def nodes(self, keys: Keys) -> tuple[PlannedNode, ...]:
        inputs = {name: self._inputs(name) for name in self._types}
        places = {
            name: {(each.socket, each.slot): index for index, each in enumerate(found)}
            for name, found in inputs.items()
        }
        routes: defaultdict[str, dict[_End, tuple[Route, ...]]] = defaultdict(dict)
        for link in self._workflow.links:
            target, begin = link.target, (link.source.socket, link.source.slot)
            route = (self._order[target.node], places[target.node][target.socket, target.slot])
            from_node = routes[link.source.node]
            from_node[begin] = (*from_node.get(begin, ()), route)
        nodes = (self._node(name, inputs[name], routes[name], keys.get(name, {})) for name in self._types)
        return tuple(
            replace(node, tools=self._calls(node.id, places, routes[node.id])) if node.id in self._ways else node
            for node in nodes
        )

    def _calls(
        self, name: str, places: Mapping[str, Mapping[_End, int]], routes: Mapping[_End, tuple[Route, ...]]
    ) -> dict[int, Toolway]:
        """Return the ways to the tools of a node, with the routes that calls take."""
        found: dict[int, Toolway] = {}
        for slot, way in self._ways[name].items():
            begin = (TOOL_CALLS, way.by_slot)
            implied = ((self._order[way.called], places[way.called][TOOL_CALL, None]),) if way.called else ()
            found[slot] = replace(way, routes=routes.get(begin, ()) if way.by_slot is not None else implied)
        return found

    def _inputs(self, name: str) -> tuple[PlannedInput, ...]:
        into = self._into[name]
        planned: list[PlannedInput] = []
        for socket in self._types[name].definition.under(self._workflow.nodes[name].values).inputs:
            slots = sorted((slot for found, slot in into if found == socket.name), key=lambda slot: slot or 0)
            planned += [plan_input(socket, slot, tuple(into[socket.name, slot])) for slot in slots]
        return tuple(planned)

    def _node(
        self,
        name: str,
        inputs: tuple[PlannedInput, ...],
        routes: Mapping[_End, tuple[Route, ...]],
        given: Mapping[str, str],
    ) -> PlannedNode:
        slots: dict[str, dict[int, tuple[Route, ...]]] = {
            output.name: {} for output in self._types[name].definition.outputs if output.array
        }
        for (socket, slot), found in sorted(routes.items(), key=lambda item: item[0][1] or 0):
            if socket in slots and slot is not None:
                slots[socket][slot] = found
        plain = {socket: found for (socket, _), found in routes.items() if socket not in slots}
        node = self._workflow.nodes[name]
        bare = plan_node(self._order[name], node, self._types[name], inputs, given)
        return replace(bare, routes=plain, slots=slots)


def plan_node(
    index: int, node: Node, node_type: NodeType, inputs: tuple[PlannedInput, ...], given: Mapping[str, str]
) -> PlannedNode:
    """Return a node that sends its outputs to nobody; `given` are keys for its secret widgets.

    Raises:
        InputError: a widget value cannot be used.
    """
    fixed = node_type.read_widgets(node.values)
    numbered = tuple(enumerate(inputs))
    return PlannedNode(
        index=index,
        id=node.id,
        title=node.title or node_type.definition.title,
        type=node_type,
        form=_form(node_type),
        context=node_type.takes_context,
        inputs=inputs,
        shape=Shape.of(inputs),
        loose=frozenset(index for index, each in numbered if each.kind is Kind.LOOSE),
        pulls=tuple((index, each.sources) for index, each in numbered if each.kind is Kind.PULL),
        arrays=tuple(dict.fromkeys(each.socket for each in inputs if each.array)),
        secrets={name: str(fixed.pop(name, "")) for name in node_type.secrets},
        key_providers=node_type.key_providers(fixed),
        fixed=fixed,
        given=given,
        called_at=next((index for index, each in numbered if each.socket == TOOL_CALL and not node_type.generator), -1),
        ask=node.ask,
    )


def _form(node_type: NodeType) -> Form:
    if node_type.generator or node_type.secrets or (node_type.blocking and not node_type.is_async):
        return Form.LONGER
    return Form.ASYNC if node_type.is_async else Form.DIRECT
