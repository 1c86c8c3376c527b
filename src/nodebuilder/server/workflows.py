"""Kept workflows, version by version; a key found in one goes to the secret store before anything is written."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.house import House
from nodebuilder.server.answers import answer, answer_text, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import VersionsOut, WorkflowIn, WorkflowOut, WorkflowsOut
from nodebuilder.storage.workflows import SavedWorkflow
from nodebuilder.workflow.write import save

router = APIRouter(route_class=StrictRoute, tags=["workflows"])
Id = Annotated[str, Path(alias="id", pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="The id of a kept workflow.")]
Version = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of the version.")]


@router.get("/api/workflows", operation_id="list_workflows", response_model=WorkflowsOut, responses=failures())
async def list_workflows(request: Request) -> Response:
    """List all kept workflows, the one changed last first."""
    house: House = request.app.state.house
    kept = await house.store.workflows.list()
    return answer(request, {"workflows": [entry.as_json() for entry in kept]})


@router.get(
    "/api/workflows/{id}", operation_id="get_workflow", response_model=WorkflowOut, responses=failures(404, 422)
)
async def get_workflow(request: Request, workflow_id: Id) -> Response:
    """Give a kept workflow in its newest version."""
    house: House = request.app.state.house
    return _document(request, await house.store.workflows.get(workflow_id))


@router.put(
    "/api/workflows/{id}",
    operation_id="put_workflow",
    response_model=WorkflowOut,
    responses=failures(409, 422, 507),
)
async def put_workflow(request: Request, workflow_id: Id, body: WorkflowIn) -> Response:
    """Keep a document as the next version, and give it as it was kept: without keys, which are now secrets."""
    house: House = request.app.state.house
    workflow = await house.without_keys(house.read(body.workflow))
    kept = await house.store.workflows.put(
        workflow_id, save(workflow), name=workflow.name, base_version=body.base_version
    )
    await house.listening.follow(workflow_id)
    return _document(request, kept)


@router.delete("/api/workflows/{id}", operation_id="delete_workflow", status_code=204, responses=failures(404, 422))
async def delete_workflow(request: Request, workflow_id: Id) -> None:
    """Delete a kept workflow with all its versions."""
    house: House = request.app.state.house
    await house.store.workflows.delete(workflow_id)
    await house.listening.deleted(workflow_id)


@router.get(
    "/api/workflows/{id}/versions",
    operation_id="list_versions",
    response_model=VersionsOut,
    responses=failures(404, 422),
)
async def list_versions(request: Request, workflow_id: Id) -> Response:
    """List the versions of a kept workflow, newest first."""
    house: House = request.app.state.house
    kept = await house.store.workflows.versions(workflow_id)
    return answer(request, {"versions": [version.as_json() for version in kept]})


@router.get(
    "/api/workflows/{id}/versions/{version}",
    operation_id="get_version",
    response_model=WorkflowOut,
    responses=failures(404, 422),
)
async def get_version(request: Request, workflow_id: Id, version: Version) -> Response:
    """Give a kept workflow in an earlier version."""
    house: House = request.app.state.house
    return _document(request, await house.store.workflows.get(workflow_id, version))


def _document(request: Request, kept: SavedWorkflow) -> Response:
    """Return a kept workflow, its document exactly as it is kept, down to how a number is written."""
    head = orjson.dumps({"id": kept.id, "version": kept.version, "updated_at": kept.updated_at}).decode()
    return answer_text(request, f'{head[:-1]},"workflow":{kept.document.strip()}}}')
