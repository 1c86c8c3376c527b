"""Files of the earlier AI Node Builder as workflows of today; nothing is kept but the keys in them, where wanted."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Query
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.house import House
from nodebuilder.server.answers import answer_text, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import Document, Wire
from nodebuilder.workflow.write import save

router = APIRouter(route_class=StrictRoute, tags=["workflows"])
OlderFile = Annotated[
    dict[str, Any] | list[Any],
    Body(description="The file as it was saved: a graph, or an object with `graph_data` and `start_node_id`."),
]
KeepKeys = Annotated[
    bool,
    Query(description="False keeps no key, and says under which names they would be kept: then a person can be asked."),
]


LeaveOut = Annotated[
    list[str],
    Query(
        default_factory=list,
        description="Names, as told with `keep_keys=false`, of keys that are not kept; may stand many times.",
    ),
]


class KeptSecretOut(Wire):
    """Where a key stood in the file, and the name of the secret that it is now, or would be."""

    node: str
    widget: str
    name: str


class ImportOut(Wire):
    """The workflow that a file became, what was mended in it, and the keys that were taken out."""

    workflow: Document
    mends: list[str]
    secrets: list[KeptSecretOut]


@router.post("/api/import", operation_id="import_workflow", response_model=ImportOut, responses=failures(422, 507))
async def import_workflow(
    request: Request, body: OlderFile, leave_out: LeaveOut, keep_keys: KeepKeys = True
) -> Response:
    """Make a workflow of a file of the earlier AI Node Builder; keys in it become secrets, and it names them."""
    house: House = request.app.state.house
    taken = await house.take_in(body, keep_keys=keep_keys, leave_out=frozenset(leave_out))
    rest = orjson.dumps({"mends": taken.mends, "secrets": [secret.as_json() for secret in taken.secrets]}).decode()
    return answer_text(request, f'{{"workflow":{save(taken.workflow).strip()},{rest[1:]}')
