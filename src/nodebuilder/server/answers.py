"""Answers of JSON, and whose addresses they show: those of the public URL, or for a page those it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel
from starlette.requests import HTTPConnection
from starlette.responses import Response

from nodebuilder.house.feed import encode
from nodebuilder.server.models import Failure

Responses = dict[int | str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller stands: a page may only load pictures from the very address it came from itself."""

    public: str
    own: str | None

    @classmethod
    def of(cls, connection: HTTPConnection, public_url: str) -> Self:
        """Return the place of a caller; one that is no page of ours has no address of its own."""
        is_page = connection.headers.get("sec-fetch-site") == "same-origin" or "origin" in connection.headers
        origin = connection.headers.get("origin") or f"{connection.url.scheme}://{connection.headers.get('host', '')}"
        return cls(f"{public_url.rstrip('/')}/servable/", f"{origin}/servable/" if is_page else None)

    def localise(self, text: str) -> str:
        """Return JSON with the addresses of kept files as the caller can load them."""
        return text if self.own in (None, self.public) else text.replace(self.public, str(self.own))


def answer(request: HTTPConnection, value: BaseModel | Mapping[str, Any], status: int = 200) -> Response:
    """Return `value` as the answer to `request`."""
    wire = value.model_dump(mode="json", exclude_none=False) if isinstance(value, BaseModel) else value
    return answer_text(request, encode(wire), status)


def answer_text(request: HTTPConnection, text: str, status: int = 200) -> Response:
    """Return JSON that is written already as the answer to `request`."""
    place = Place.of(request, request.app.state.house.settings.public_url)
    return Response(place.localise(text), status, media_type="application/json")


def failures(*statuses: int) -> Responses:
    """Return the documentation of the refusals that a route may answer with, beside those of the guard."""
    common = (400, 401, 403, 405, 413, 414, 415, 421, 429, 431, 500)
    return {
        status: {
            "model": Failure,
            "description": _WHY[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Failure"}}},
        }
        for status in sorted({*common, *statuses})
    }


_WHY = {
    400: "The request cannot be read.",
    401: "The server wants a token.",
    403: "A page of another origin, or another site, sent the request.",
    404: "There is no such thing.",
    405: "This address does not take this method.",
    409: "It was changed meanwhile, or is not in the state for this.",
    413: "The body is too large.",
    414: "The address is too long.",
    415: "The body is not of the documented type.",
    416: "The file has no such bytes.",
    421: "The server does not answer under this host name.",
    422: "The request does not fit, or the workflow cannot run: `problems` says why.",
    429: "Too many wrong tokens came from this address.",
    431: "The headers are too large.",
    500: "The server made a mistake.",
    503: "The server is stopping.",
    507: "The disk is full.",
}
