"""Another id for a kept workflow."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.house import House
from nodebuilder.house.renaming import rename_workflow
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import Sent, WorkflowEntry, WorkflowId
from nodebuilder.server.workflows import Id

router = APIRouter(route_class=StrictRoute, tags=["workflows"])


class RenameIn(Sent):
    """The new id."""

    id: WorkflowId


class RenamedOut(WorkflowEntry):
    """A workflow under its new id; `callers` are workflows whose Workflow Tool nodes still name the old one."""

    callers: list[WorkflowEntry]


@router.post(
    "/api/workflows/{id}/rename",
    operation_id="rename_workflow",
    response_model=RenamedOut,
    responses=failures(404, 409, 422, 507),
)
async def rename(request: Request, workflow_id: Id, body: RenameIn) -> Response:
    """Give a kept workflow another id, with its versions, runs and display; nothing answers to the old one any more."""
    house: House = request.app.state.house
    renamed = await rename_workflow(house, workflow_id, body.id)
    callers = [caller.as_json() for caller in renamed.callers]
    return answer(request, {**renamed.workflow.as_json(), "callers": callers})
