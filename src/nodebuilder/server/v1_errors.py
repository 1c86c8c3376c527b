"""How whatever goes wrong under `/v1` is answered: as OpenAI's clients read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from nodebuilder.errors import NodeBuilderError
from nodebuilder.house.feed import encode
from nodebuilder.interop.openai.errors import Refused, error_body
from nodebuilder.server.answers import Responses, failures
from nodebuilder.server.problems import Refusal, refusal_of

PREFIX: Final = "/v1"
ERROR_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string", "description": "The cause, and what to do."},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"], "description": "The part of the request that is to blame."},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}


def speaks_openai(path: str) -> bool:
    """Say whether the callers of an address expect errors in OpenAI's form."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def response_of(refusal: Refusal, path: str) -> Response:
    """Return the answer that a refusal gets at this address."""
    if not speaks_openai(path):
        return refusal.as_response()
    status = refusal.status_code
    body = error_body(refusal.detail, refusal.remedy, status=status, code=refusal.code)
    return Response(encode(body), status, refusal.headers, "application/json")


def error_of(error: NodeBuilderError) -> tuple[int, dict[str, Any]]:
    """Return status and JSON object of an error in OpenAI's form."""
    param = error.param if isinstance(error, Refused) else None
    status = error.status if isinstance(error, Refused) else refusal_of(error).status_code
    return status, error_body(error.message, error.remedy, status=status, code=error.code, param=param)


def response_to(error: NodeBuilderError, path: str) -> Response:
    """Return the answer that an error gets at this address."""
    if not speaks_openai(path):
        return refusal_of(error).as_response()
    status, body = error_of(error)
    return Response(encode(body), status, media_type="application/json")


def openai_failures(*statuses: int) -> Responses:
    """Return the documentation of the refusals that a route under `/v1` may answer with."""
    content = {"application/json": {"schema": dict(ERROR_SCHEMA)}}
    return {
        status: {"description": told["description"], "content": content} for status, told in failures(*statuses).items()
    }
