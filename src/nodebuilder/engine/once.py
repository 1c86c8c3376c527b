"""Runs one node type once, as a run would: for tests of nodes, and for trying a node alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from nodebuilder.engine.budget import Budget, Purse
from nodebuilder.engine.claims import Claims
from nodebuilder.engine.desk import Desk
from nodebuilder.engine.firing import Scope
from nodebuilder.engine.inputs import PlannedInput, plan_input
from nodebuilder.engine.limits import Limits
from nodebuilder.engine.plan import Plan, plan_node
from nodebuilder.engine.recorder import Recorder
from nodebuilder.engine.scheduler import Scheduler
from nodebuilder.engine.services import Services
from nodebuilder.errors import InputError
from nodebuilder.events import Event, RunFinished, RunStarted
from nodebuilder.node import NodeType
from nodebuilder.values import JSON
from nodebuilder.workflow.model import Node

NODE = "node"
"""The id of the one node."""


@dataclass(frozen=True, slots=True)
class Once:
    """What one firing gave: its last outputs, all events, and the end of the run."""

    outputs: Mapping[str, Any]
    events: tuple[Event, ...]
    finished: RunFinished


async def run_once(
    node_type: NodeType,
    services: Services,
    inputs: Mapping[str, Any] | None = None,
    *,
    widgets: Mapping[str, JSON] | None = None,
    keys: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Once:
    """Fire a node once with `inputs` (a list for an array input), `widgets`, and `keys` for its secret widgets.

    Raises:
        InputError: a widget value cannot be used, or an input is missing or does not exist.
    """
    planned, values = _inputs(node_type, inputs or {})
    node = plan_node(0, Node(NODE, node_type.type, values=widgets or {}), node_type, planned, keys or {})
    events: list[Event] = []
    limits = limits or Limits()
    recorder = Recorder(uuid4().hex, events.append, asyncio.get_running_loop())
    background: set[asyncio.Task[Any]] = set()
    budget = Budget(services.ledger, limits.usd_per_day)
    desk = Desk(
        recorder,
        services.ledger,
        budget,
        claims=Claims(services.ledger, recorder.run_id, fresh=True),
        purse=Purse(limits.usd_per_run),
        background=background,
    )
    recorder.tell(RunStarted, None, node.title, NODE, 1, False)
    scheduler = Scheduler(
        Plan(node.title, (node,), (0,), NODE), Scope(recorder.run_id, recorder, desk, services, limits)
    )
    for index, value in enumerate(values):
        scheduler.offer(0, index, value)
    scheduler.begin()
    finished = await scheduler.finished
    return Once(finished.outputs.get(NODE, {}), tuple(events), finished)


def _inputs(node_type: NodeType, given: Mapping[str, Any]) -> tuple[tuple[PlannedInput, ...], list[Any]]:
    planned: list[PlannedInput] = []
    values: list[Any] = []
    title = node_type.definition.title
    for socket in node_type.definition.inputs:
        if socket.name in given:
            items = list(given[socket.name]) if socket.array else [given[socket.name]]
            planned += [plan_input(socket, slot if socket.array else None) for slot in range(len(items))]
            values += items
        elif socket.required:
            message = socket.missing or f"{title} needs a value for {socket.name}."
            raise InputError(message, "Give it one.", code="missing_input", socket=socket.name)
    unknown = [name for name in given if node_type.definition.input(name) is None]
    if unknown:
        raise InputError(f"{title} has no input {unknown[0]}.", "Use one of its inputs.", socket=unknown[0])
    return tuple(planned), values
