"""The display of a kept workflow, and the messages that a person sends to it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.errors import WorkflowError
from nodebuilder.house import House
from nodebuilder.house.display import read_entries
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import Document, Sent, Wire
from nodebuilder.server.problems import plain
from nodebuilder.server.workflows import Id

router = APIRouter(route_class=StrictRoute, tags=["display"])
RunId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="The id of the run that would answer it.")]


class DisplayEntryOut(Wire):
    """One thing on a display; `node_id` is null for what a person wrote, `timestamp` is ISO 8601."""

    node_id: str | None
    node_title: str
    content_type: Literal["text", "image", "video", "json", "warning"]
    data: Any
    timestamp: str | None
    run_id: str | None
    seq: int | None


class QueuedOut(Wire):
    """A message that waits for the run before it, and the id of the run that will answer it."""

    run_id: str
    text: str


class DisplayOut(Wire):
    """What a display holds, oldest first, and the messages that wait, in order."""

    entries: list[DisplayEntryOut]
    queued: list[QueuedOut]


class DisplayIn(Sent):
    """The entries of a display file, as `entries` or, in files of the older system, as `context`."""

    entries: list[Any] | None = None
    context: list[Any] | None = None
    graph_hash: str | None = Field(default=None, description="Read over; older files have it.")


class MessageIn(Sent):
    """A message; `document` is the workflow as the sender sees it, in place of its kept version."""

    text: str = Field(max_length=1_000_000)
    document: Document | None = None


class MessageAccepted(Wire):
    """A message that was taken: the run that answers it, and how many messages wait now."""

    run_id: str
    queued: int


@router.get(
    "/api/workflows/{id}/display", operation_id="get_display", response_model=DisplayOut, responses=failures(404, 422)
)
async def get_display(request: Request, workflow_id: Id) -> Response:
    """Give what the display of a kept workflow holds, and which messages wait for an answer."""
    house: House = request.app.state.house
    await house.store.workflows.check_kept(workflow_id)
    return await _display(request, house, workflow_id)


@router.put(
    "/api/workflows/{id}/display",
    operation_id="put_display",
    response_model=DisplayOut,
    responses=failures(404, 422, 507),
)
async def put_display(request: Request, workflow_id: Id, body: DisplayIn) -> Response:
    """Put the entries of a display file in the place of all that the display holds."""
    house: House = request.app.state.house
    await house.store.workflows.check_kept(workflow_id)
    given = body.entries if body.entries is not None else body.context
    if given is None:
        raise WorkflowError(
            "This is no display file: it has neither `entries` nor `context`.",
            "Load a file that the display panel saved.",
            code="bad_display",
        )
    await house.displays.replace(workflow_id, read_entries(given))
    return await _display(request, house, workflow_id)


@router.delete(
    "/api/workflows/{id}/display", operation_id="clear_display", status_code=204, responses=failures(404, 422, 507)
)
async def clear_display(request: Request, workflow_id: Id) -> None:
    """Clear the display of a kept workflow."""
    house: House = request.app.state.house
    await house.store.workflows.check_kept(workflow_id)
    await house.displays.replace(workflow_id, ())


@router.post(
    "/api/workflows/{id}/display/messages",
    operation_id="send_message",
    status_code=202,
    response_model=MessageAccepted,
    responses=failures(404, 422, 503, 507),
)
async def send_message(request: Request, workflow_id: Id, body: MessageIn) -> Response:
    """Send a message to a kept workflow: a run begins at its Display Input node, when the one before has ended."""
    house: House = request.app.state.house
    kept = await house.kept(workflow_id)
    workflow = kept if body.document is None else house.read(body.document)
    run_id = await house.chats.send(workflow_id, workflow, body.text)
    return answer(request, {"run_id": run_id, "queued": len(house.chats.queued(workflow_id))}, 202)


@router.delete(
    "/api/workflows/{id}/display/messages/{run_id}",
    operation_id="withdraw_message",
    status_code=204,
    responses=failures(404, 422),
)
async def withdraw_message(request: Request, workflow_id: Id, run_id: RunId) -> None:
    """Take back a message that still waits for the run before it."""
    house: House = request.app.state.house
    if not house.chats.withdraw(workflow_id, run_id):
        raise plain(404)


async def _display(request: Request, house: House, workflow_id: str) -> Response:
    entries = await house.displays.read(workflow_id)
    return answer(request, {"entries": entries, "queued": house.chats.queued(workflow_id)})
