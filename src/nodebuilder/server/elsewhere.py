"""Pictures that stand elsewhere: fetched when a person asks, by the server, so that the page contacts nobody."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.errors import InputError
from nodebuilder.house import House
from nodebuilder.providers.public_web import PublicWeb
from nodebuilder.providers.urls import read_url
from nodebuilder.providers.web import MIB, WebLimits, WebRequest
from nodebuilder.server.answers import failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import Sent
from nodebuilder.storage.formats import PICTURES, sniff

router = APIRouter(route_class=StrictRoute, tags=["display"])
LIMITS: Final = WebLimits(seconds=20.0, max_bytes=20 * MIB)


class ElsewhereIn(Sent):
    """Where a picture stands."""

    url: str = Field(min_length=1, max_length=8192)


@router.post(
    "/api/elsewhere",
    operation_id="fetch_picture",
    response_class=Response,
    responses={
        200: {
            "description": "The bytes of the picture.",
            "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
        },
        **failures(422),
    },
)
async def fetch_picture(request: Request, body: ElsewhereIn) -> Response:
    """Fetch a picture from a public server, without cookies or any word of who asks; nothing is kept."""
    house: House = request.app.state.house
    place = read_url(body.url).place
    web = PublicWeb(house.settings)
    hosts = (place,) if place in house.settings.allowed_private_hosts else ()
    found = await web.fetch(WebRequest(body.url, headers=(("Accept", "image/*"),)), hosts=hosts, limits=LIMITS)
    kind = sniff(found.body)
    if found.status != 200 or not found.complete or kind not in PICTURES or not await web.is_picture(found.body):
        raise InputError(
            f"{place.partition(':')[0]} gave no picture that can be shown.",
            "Open the link in a new tab to see what is there.",
            code="no_picture",
        )
    return Response(found.body, media_type=kind.media_type)
