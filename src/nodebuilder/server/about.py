"""What the server tells of itself: to programs at `/api/info`, to the editor when it connects."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder import __version__
from nodebuilder.house import House
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import Health, Info

router = APIRouter(route_class=StrictRoute, tags=["server"])


async def about(house: House) -> dict[str, Any]:
    """Return what the server is and how it is set up; no value of a key is in it."""
    settings = house.settings
    return {
        "version": __version__,
        "sandbox": settings.sandbox,
        "token_required": settings.token is not None,
        "public_url": settings.public_url,
        "keys": {provider: await house.store.secrets.describe(provider) for provider in house.providers_with_keys()},
        "spent_today_usd": await house.spent_today(),
        "nodes": len(house.registry),
        "data_dir": str(settings.data_dir),
        "max_upload_bytes": settings.max_upload_bytes,
        "max_cost_usd_per_run": settings.max_cost_usd_per_run,
        "max_cost_usd_per_day": settings.max_cost_usd_per_day,
    }


@router.get("/api/info", operation_id="info", response_model=Info, responses=failures())
async def info(request: Request) -> Response:
    """Tell what the server is and how it is set up."""
    return answer(request, await about(request.app.state.house))


@router.get("/healthz", operation_id="healthz", responses=failures())
async def healthz() -> Health:
    """Tell that the server answers."""
    return Health(status="ok")


@router.get("/readyz", operation_id="readyz", responses=failures(503))
async def readyz(request: Request) -> Health:
    """Tell that the server takes work: 503 while it stops."""
    house: House = request.app.state.house
    house.runs.check_open()
    return Health(status="ok")
