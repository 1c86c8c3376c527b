"""Another id for a saved workflow: the name by which programs, models and other workflows call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nodebuilder.errors import StorageError
from nodebuilder.house.opening import House
from nodebuilder.storage.workflows import WorkflowSummary
from nodebuilder.workflow.read import load

CALLER = "workflow_tool"
"""The type of the nodes that name a workflow, in their widget `workflow`."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A workflow under its new id, and the workflows that still call it by the old one."""

    workflow: WorkflowSummary
    callers: Sequence[WorkflowSummary]


async def rename_workflow(house: House, workflow_id: str, new_id: str) -> Renamed:
    """Give a saved workflow another id, with all that is kept of it; other workflows are left as they are.

    Raises:
        StorageError: there is no such workflow (`not_found`), it is running (`workflow_is_running`), or the new id is
            taken (`workflow_exists`) or cannot be used (`bad_workflow_id`).
    """
    if new_id == workflow_id:
        return Renamed(await house.store.workflows.rename(workflow_id, new_id), ())
    with house.fired.held(workflow_id):
        async with house.runs.at_rest(workflow_id):
            if house.chats.queued(workflow_id):
                raise StorageError(
                    "Messages to the workflow wait for their answers.",
                    "Wait for them first.",
                    code="workflow_is_running",
                )
            await house.displays.flush()
            renamed = await house.store.workflows.rename(workflow_id, new_id)
        # An ear may wait for a run to begin: not while none may.
        await house.listening.renamed(workflow_id, new_id)
    house.displays.tell_renamed(workflow_id, new_id)
    return Renamed(renamed, await _callers(house, workflow_id))


async def _callers(house: House, workflow_id: str) -> list[WorkflowSummary]:
    """Return the saved workflows with a node that calls a workflow by this id."""
    listed = await house.store.workflows.list()
    return [summary for summary in listed if await _calls(house, summary.id, workflow_id)]


async def _calls(house: House, caller: str, workflow_id: str) -> bool:
    document = (await house.store.workflows.get(caller)).document
    if workflow_id not in document:
        return False
    nodes = load(document, house.settings).nodes.values()
    return any(node.type == CALLER and str(node.values.get("workflow")).strip() == workflow_id for node in nodes)
