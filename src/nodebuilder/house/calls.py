"""Calling workflows: values for their inputs go in, a run of their own is made, what their outputs gave comes back."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from nodebuilder.engine.desk import CALLER
from nodebuilder.errors import InputError, NodeError, StorageError
from nodebuilder.events import NodeErrorReport, RunFinished, RunStatus
from nodebuilder.house.intake import Values
from nodebuilder.house.pictures import is_data_url, keep_data_url
from nodebuilder.house.published import Published
from nodebuilder.house.runs import Listener, Runs
from nodebuilder.nodes.llm_messages import CHAT
from nodebuilder.settings import Settings
from nodebuilder.storage.store import Store
from nodebuilder.storage.workflows import WorkflowSummary
from nodebuilder.values import JSON
from nodebuilder.widget_values import near_name
from nodebuilder.workflow import door_values
from nodebuilder.workflow.doors import INPUT
from nodebuilder.workflow.model import Workflow, node_of, with_values
from nodebuilder.workflow.read import load

MOST_DEEP: Final = 16
"""So many workflows may call each other, one within the other."""
KEPT: Final = 256
"""Documents that are held read, so that a list of what is published reads only what changed."""
_DEPTH: Final[ContextVar[int]] = ContextVar("_DEPTH", default=0)


@dataclass(frozen=True, slots=True)
class CallResult:
    """How a call ended; `outputs` has the value of each Output node that fired, by name."""

    run_id: str
    status: RunStatus
    outputs: Mapping[str, Any]
    cost_usd: float | None
    errors: tuple[NodeErrorReport, ...]


class Calls:
    """Calls saved workflows, and others, by their inputs and outputs."""

    def __init__(self, store: Store, runs: Runs, settings: Callable[[], Settings]) -> None:
        self._store = store
        self._runs = runs
        self._settings = settings
        self._read: OrderedDict[str, tuple[int, Published]] = OrderedDict()

    async def published(self, kind: str) -> list[Published]:
        """Return the saved workflows that are published as `kind` ("model", "tool", …), in the order of their ids."""
        found = [await self._published(summary) for summary in await self._store.workflows.list()]
        return sorted((each for each in found if each and kind in each.workflow.publish), key=lambda each: each.id)

    async def find(self, workflow_id: str, kind: str = "") -> Published:
        """Return a saved workflow, if it is published as `kind`; raises `StorageError` (`not_found`)."""
        saved = await self._store.workflows.get(workflow_id)
        found = Published.of(load(saved.document, self._settings()), workflow_id, saved.updated_at)
        if kind and kind not in found.workflow.publish:
            raise StorageError(
                f'The workflow "{workflow_id}" is not published as a {kind}.',
                "Publish it in the editor, or choose another one.",
                code="not_found",
            )
        return found

    async def call(
        self, called: str | Workflow | Published, inputs: Mapping[str, JSON], *, listener: Listener | None = None
    ) -> CallResult:
        """Run a workflow with these inputs and wait for its end; cancelling the wait cancels the run.

        `called` is the id of a saved workflow, or one at hand. A data URL given for a picture is kept as a file.

        Raises:
            StorageError: there is no such workflow (`not_found`).
            InputError: an input is unknown, missing or wrong (`unknown_input`, `no_value`, `bad_input`); nothing ran.
            WorkflowError: the workflow cannot run (`not_runnable`).
            NodeError: workflows call each other too deep (`calls_too_deep`).
        """
        depth = _DEPTH.get()
        if depth >= MOST_DEEP:
            raise NodeError(
                f"Workflows call each other more than {MOST_DEEP} deep.",
                "Look for a workflow that calls itself.",
                code="calls_too_deep",
            )
        target = await self._target(called)
        values = await self.values(target, inputs)
        caller = CALLER.get()
        claims = caller.claims(target.id or target.workflow.name) if caller else None
        mark = _DEPTH.set(depth + 1)
        try:
            run_id = await self._runs.start(
                target.workflow,
                workflow_id=target.id or None,
                values=values,
                apart=True,
                claims=claims,
                listener=listener,
            )
        finally:
            _DEPTH.reset(mark)
        return outcome(target, await self._ended(run_id))

    async def values(self, target: Published, inputs: Mapping[str, JSON]) -> dict[str, dict[str, JSON]]:
        """Return the widget values that stand for `inputs`: `{node: {"default": text}}`.

        Raises:
            InputError: an input is unknown, missing or wrong; the sentence names it.
        """
        values: dict[str, dict[str, JSON]] = {}
        for name, value in inputs.items():
            parameter = target.parameter(name)
            if parameter is None:
                raise _unknown(target, name)
            text = door_values.written(name, parameter.type, value)
            if parameter.type == "image" and is_data_url(text):
                text = (await keep_data_url(self._store.assets, text)).url
            if len(text) > self._settings().max_string_chars:
                raise InputError(f'Input "{name}" is too long.', "Send less.", code="too_large")
            values.setdefault(parameter.node, {})[parameter.widget] = text
        for parameter in target.parameters:
            if parameter.required and not str(values.get(parameter.node, {}).get(parameter.widget, "")).strip():
                raise InputError(
                    f'Input "{parameter.name}" is missing.',
                    f"Give it {door_values.WANTED[parameter.type]}.",
                    code="no_value",
                )
        return values

    async def joined(
        self, workflow: Workflow, values: Values, inputs: Mapping[str, JSON]
    ) -> dict[str, dict[str, JSON]]:
        """Return widget values for a run, those for `inputs` among them; raises `InputError` as `call` does.

        A widget value for the `default` of an Input node counts as given.
        """
        doors = {node: widgets for node, widgets in values.items() if node_of(workflow, node).type == INPUT}
        given = await self.values(Published.of(with_values(workflow, doors), ""), inputs)
        return {node: {**values.get(node, {}), **given.get(node, {})} for node in {**values, **given}}

    async def _target(self, called: str | Workflow | Published) -> Published:
        match called:
            case str():
                return await self.find(called)
            case Workflow():
                return Published.of(called, "")
            case _:
                return called

    async def _ended(self, run_id: str) -> RunFinished:
        try:
            finished = await self._runs.wait(run_id)
        except asyncio.CancelledError:
            await self._runs.cancel(run_id)
            raise
        if finished is None:
            raise StorageError(f"The run {run_id} has left no trace.", "Call the workflow again.", code="run_lost")
        return finished

    async def _published(self, summary: WorkflowSummary) -> Published | None:
        known = self._read.get(summary.id)
        if known is not None and (known[0], known[1].updated_at) == (summary.version, summary.updated_at):
            self._read.move_to_end(summary.id)
            return known[1]
        try:
            found = await self.find(summary.id)
        except StorageError:
            return None
        self._read[summary.id] = (summary.version, found)
        if len(self._read) > KEPT:
            self._read.popitem(last=False)
        return found


def outcome(target: Published, finished: RunFinished) -> CallResult:
    """Return what a run gave to its caller, without the mark by which an LLM knows its own words on the panel."""
    outputs = results_of(target, finished.outputs)
    return CallResult(finished.run_id, finished.status, outputs, finished.cost_usd, finished.errors)


def results_of(target: Published, outputs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the value of each Output node that fired, by name; `outputs` are those of the nodes of a run."""
    given = {each.name: outputs.get(each.node, {}) for each in target.results}
    marked = any(node.values.get("use_display_context") is True for node in target.workflow.nodes.values())
    return {
        name: _unmarked(sockets["value"]) if marked else sockets["value"]
        for name, sockets in given.items()
        if "value" in sockets
    }


def _unmarked(value: Any) -> Any:
    return value.removeprefix(CHAT) if isinstance(value, str) else value


def _unknown(target: Published, name: str) -> InputError:
    names = [each.name for each in target.parameters]
    near = near_name(name, names)
    known = f"Its inputs: {', '.join(names)}." if names else "It has no Input nodes."
    return InputError(
        f'The workflow has no input "{name[:64]}".',
        f'Did you mean "{near}"? {known}' if near else known,
        code="unknown_input",
    )
