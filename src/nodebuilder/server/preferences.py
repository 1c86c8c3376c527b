"""The settings that a person may change while the server runs."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.house import House
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import SettingsIn, SettingsOut

router = APIRouter(route_class=StrictRoute, tags=["settings"])


@router.get("/api/settings", operation_id="get_settings", response_model=SettingsOut, responses=failures())
async def get_settings(request: Request) -> Response:
    """Tell the settings that may be changed while the server runs; money in US dollars, null means: no cap."""
    house: House = request.app.state.house
    return answer(request, house.changeable())


@router.patch("/api/settings", operation_id="change_settings", response_model=SettingsOut, responses=failures(422, 507))
async def change_settings(request: Request, body: SettingsIn) -> Response:
    """Change settings for all runs that begin from now on, and tell how they are then; all are changed, or none."""
    house: House = request.app.state.house
    await house.change(body.model_dump(exclude_unset=True))
    return answer(request, house.changeable())
