"""Runs: begin one, look at it, end it, go on with it; they belong to the server, not to who started them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from nodebuilder.house import House
from nodebuilder.house.follow import Follower
from nodebuilder.server.answers import Place, answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import DecisionIn, ResumeIn, RunAccepted, RunIn, RunOut, RunsOut

router = APIRouter(route_class=StrictRoute, tags=["runs"])
Id = Annotated[str, Path(alias="id", pattern=r"^[A-Za-z0-9_-]{1,64}$", description="The id of a run.")]
CallId = Annotated[str, Path(alias="call", pattern=r"^[A-Za-z0-9_.~-]{1,128}$", description="The id of a call.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Before = Annotated[
    str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="The id of a run: only older ones are listed.")
]
After = Annotated[int, Query(ge=0, le=2**53, description="The number of the last event that the caller has.")]
HEARTBEAT_SECONDS: Final = 15.0


@router.post(
    "/api/runs",
    operation_id="start_run",
    status_code=202,
    response_model=RunAccepted,
    responses=failures(404, 422, 503, 507),
)
async def start_run(request: Request, body: RunIn) -> Response:
    """Begin a run of a document, or of a kept workflow by its id."""
    house: House = request.app.state.house
    if isinstance(body.workflow, str):
        workflow, workflow_id = await house.kept(body.workflow), body.workflow
    else:
        workflow, workflow_id = house.read(body.workflow), None
    values = await house.calls.joined(workflow, body.values or {}, body.inputs or {})
    run_id = await house.runs.start(
        workflow, workflow_id=workflow_id, start=body.start, values=values, request_id=body.request_id
    )
    return await _accepted(request, house, run_id)


@router.get("/api/runs", operation_id="list_runs", response_model=RunsOut, responses=failures(422))
async def list_runs(request: Request, limit: Limit = 50, before: Before = None) -> Response:
    """List runs, newest first."""
    house: House = request.app.state.house
    return answer(request, {"runs": await house.runs.list(limit=limit, before=before)})


@router.get("/api/runs/{id}", operation_id="get_run", response_model=RunOut, responses=failures(404, 422))
async def get_run(request: Request, run_id: Id) -> Response:
    """Tell all that is known of a run: what it gave, what it showed, its errors and its receipts."""
    house: House = request.app.state.house
    return answer(request, await house.runs.detail(run_id))


@router.post(
    "/api/runs/{id}/cancel",
    operation_id="cancel_run",
    status_code=202,
    response_model=RunAccepted,
    responses=failures(404, 409, 422),
)
async def cancel_run(request: Request, run_id: Id) -> Response:
    """End a run; a paid call that was sent is awaited in the background, and its result kept."""
    house: House = request.app.state.house
    await house.runs.cancel(run_id)
    return await _accepted(request, house, run_id)


@router.post(
    "/api/runs/{id}/resume",
    operation_id="resume_run",
    status_code=202,
    response_model=RunAccepted,
    responses=failures(404, 409, 422, 503, 507),
)
async def resume_run(request: Request, run_id: Id, body: ResumeIn | None = None) -> Response:
    """Go on with a run that was cut off: what it paid for is not paid for again."""
    house: House = request.app.state.house
    begun = await house.runs.resume(run_id, retry_unknown=body is not None and body.retry_unknown)
    return await _accepted(request, house, begun)


@router.post(
    "/api/runs/{id}/approvals/{call}",
    operation_id="decide_call",
    status_code=204,
    responses=failures(404, 422),
)
async def decide_call(request: Request, run_id: Id, call_id: CallId, body: DecisionIn) -> Response:
    """Allow a call of a tool that waits for a person, or refuse it; the model is told the reason."""
    house: House = request.app.state.house
    await house.runs.decide(run_id, call_id, approved=body.approved, reason=body.reason)
    return Response(status_code=204)


@router.get(
    "/api/runs/{id}/events",
    operation_id="run_events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `id` is the number of the event, `event` its kind, `data` its JSON.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **failures(404, 422),
    },
)
async def run_events(request: Request, run_id: Id, after: After = 0) -> StreamingResponse:
    """Follow the events of a run from any number on, to its end; `Last-Event-ID` goes before `after`."""
    house: House = request.app.state.house
    last = request.headers.get("last-event-id", "")
    begin = int(last) if last.isascii() and last.isdigit() and len(last) < 16 else after
    follower = await house.runs.follower(run_id, begin, asyncio.Event())
    place = Place.of(request, house.settings.public_url)
    return StreamingResponse(_stream(follower, place), media_type="text/event-stream")


async def _accepted(request: Request, house: House, run_id: str) -> Response:
    return answer(request, {"run_id": run_id, "status": await house.runs.status(run_id)}, 202)


async def _stream(follower: Follower, place: Place) -> AsyncIterator[str]:
    try:
        yield "retry: 1000\n\n"
        while True:
            events = await follower.read()
            for event in events:
                yield f"id: {event.seq}\nevent: {event.kind}\ndata: {place.localise(event.text)}\n\n"
            if events:
                continue
            if follower.ended:
                return
            try:
                await asyncio.wait_for(follower.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        follower.close()
