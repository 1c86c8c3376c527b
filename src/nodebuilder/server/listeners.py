"""Which workflows listen, since when, with their last runs; one is told to listen, or to stop."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.house import House
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import RunSummary, Wire
from nodebuilder.server.workflows import Id

router = APIRouter(route_class=StrictRoute, tags=["listening"])


class CauseOut(Wire):
    """Why something cannot be heard for."""

    code: str
    message: str
    remedy: str


class EarOut(Wire):
    """A node that listens, and where: which of the fields it has depends on its type, and there may be more."""

    model_config = ConfigDict(extra="allow")

    node: str
    type: str
    listen_id: str | None = Field(default=None, description="The event that a Receive Event hears.")
    url: str | None = Field(default=None, description="The address of a Webhook.")
    method: str | None = Field(default=None, description="The methods that a Webhook takes, by comma.")
    signed: bool | None = Field(default=None, description="Whether a Webhook takes signed deliveries only.")
    warning: str | None = Field(
        default=None, description="Of a Webhook: `unsigned`, or `secret_missing` while it takes nothing for that."
    )
    next_at: float | None = Field(default=None, description="When a Schedule is due next.")
    always: bool | None = Field(default=None, description="Whether it is heard without listening, as chat is.")
    error: CauseOut | None = None


class ListenerOut(Wire):
    """A workflow that listens, or could; with `error` it would, but cannot."""

    workflow_id: str
    name: str
    listening: bool
    since: float | None
    nodes: list[EarOut]
    runs: list[RunSummary] = Field(description="Its last runs, at most five, newest first.")
    error: CauseOut | None


class ListenersOut(Wire):
    """All workflows that listen."""

    listeners: list[ListenerOut]


@router.get("/api/listeners", operation_id="list_listeners", response_model=ListenersOut, responses=failures())
async def list_listeners(request: Request) -> Response:
    """List the workflows that listen, the one that began first at the head."""
    house: House = request.app.state.house
    return answer(request, {"listeners": await house.listening.list()})


@router.put(
    "/api/workflows/{id}/listening",
    operation_id="start_listening",
    response_model=ListenerOut,
    responses=failures(404, 422, 503, 507),
)
async def start_listening(request: Request, workflow_id: Id) -> Response:
    """Let a kept workflow listen until it is stopped, also after restarts, in whatever version is newest."""
    house: House = request.app.state.house
    await house.listening.start(workflow_id)
    return await _described(request, house, workflow_id)


@router.delete(
    "/api/workflows/{id}/listening",
    operation_id="stop_listening",
    response_model=ListenerOut,
    responses=failures(404, 422, 507),
)
async def stop_listening(request: Request, workflow_id: Id) -> Response:
    """Let a workflow listen no more; its runs under way go on."""
    house: House = request.app.state.house
    await house.listening.stop(workflow_id)
    return await _described(request, house, workflow_id)


async def _described(request: Request, house: House, workflow_id: str) -> Response:
    found: dict[str, Any] = await house.listening.describe(workflow_id)
    return answer(request, found)
