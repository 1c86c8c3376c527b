"""The saved workflows as nodes see them: tools that can be described and called.

In the terminal, those beside the file that runs are found as well; what is saved goes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from nodebuilder.engine.desk import CALLER, LOOP_BROKEN
from nodebuilder.errors import ASKING, BudgetError, InputError, NodeError, StorageError, WorkflowError
from nodebuilder.house.calls import CallResult, Calls
from nodebuilder.house.neighbours import neighbour
from nodebuilder.house.published import Published
from nodebuilder.values import JSON, ToolDefinition

FAILED: Final = "workflow_failed"


class SavedTools:
    """Is `SavedWorkflows` over the calls of the house."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def definition(self, workflow_id: str) -> ToolDefinition:
        """Return what a model is told of a workflow (see `SavedWorkflows`)."""
        definition = (await self._find(workflow_id)).tool_definition()
        return {**definition, "name": workflow_id}

    async def results(self, workflow_id: str) -> tuple[str, ...]:
        """Return the names of what a workflow may give (see `SavedWorkflows`)."""
        return tuple(each.name for each in (await self._find(workflow_id)).results)

    async def call(self, workflow_id: str, inputs: Mapping[str, JSON]) -> Mapping[str, Any]:
        """Run a workflow and return its results (see `SavedWorkflows`)."""
        try:
            result = await self._calls.call(await self._find(workflow_id), inputs)
        except WorkflowError as error:
            raise NodeError(f'The workflow "{workflow_id}" cannot run: {error.message}', error.remedy) from error
        if result.status == "succeeded":
            return result.outputs
        raise _failure(workflow_id, result)

    async def _find(self, workflow_id: str) -> Published:
        try:
            return await self._calls.find(workflow_id)
        except StorageError as error:
            if error.code != "not_found":
                raise
            beside = await neighbour(workflow_id)
            if beside is not None:
                return replace(Published.of(beside, workflow_id), id="")  # its runs are those of no saved workflow
            raise InputError(
                f'There is no saved workflow "{workflow_id}".',
                "Write the id of a workflow that is saved here; the list of workflows shows them.",
                code="no_such_workflow",
            ) from error


def _failure(workflow_id: str, result: CallResult) -> NodeError:
    """Return the error of a call whose run has not succeeded; a cap that it broke ends the run that called, too."""
    errors = sorted(result.errors, key=lambda each: (not _is_cap(each.code), each.code not in ASKING))
    if not errors:
        return NodeError(
            f'The workflow "{workflow_id}" failed: It ended {result.status}.', "Look at its run.", code=FAILED
        )
    first = errors[0]
    message = f'The workflow "{workflow_id}" failed: {first.message}'
    if _is_cap(first.code):
        error = BudgetError(message, first.remedy, code=first.code)
        if first.code != LOOP_BROKEN and (caller := CALLER.get()) is not None:
            caller.broke(error)
        return error
    asks = first.code in ASKING  # whoever goes on with the run has to say what is to be done
    return NodeError(message, first.remedy, code=first.code if asks else FAILED, charged="unknown" if asks else None)


def _is_cap(code: str) -> bool:
    return code.startswith("budget_per_")
