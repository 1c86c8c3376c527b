"""Which node types there are, and what is wrong with a document."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.house import House
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import CheckIn, CheckOut, NodesOut
from nodebuilder.values import CONNECTIONS

router = APIRouter(route_class=StrictRoute)


@router.get("/api/nodes", operation_id="list_nodes", tags=["nodes"], response_model=NodesOut, responses=failures())
async def list_nodes(request: Request) -> Response:
    """List all node types, and which socket types may be linked."""
    house: House = request.app.state.house
    connections = {source.value: [target.value for target in targets] for source, targets in CONNECTIONS.items()}
    return answer(
        request, {"nodes": [node.definition.as_json() for node in house.registry], "connections": connections}
    )


@router.post("/api/check", operation_id="check", tags=["workflows"], response_model=CheckOut, responses=failures(422))
async def check_workflow(request: Request, body: CheckIn) -> Response:
    """Find all that is wrong with a document, and what a run may cost; nothing runs and nobody is called."""
    house: House = request.app.state.house
    checked = await house.check(house.read(body.workflow))
    wire: dict[str, Any] = {
        "problems": [found.as_json() for found in checked.problems],
        "estimate": checked.estimate.as_json(),
    }
    return answer(request, wire)
