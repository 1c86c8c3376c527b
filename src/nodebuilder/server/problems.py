"""What every refused or failed request is answered with: `application/problem+json`, cause and remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.responses import Response

from nodebuilder.errors import NodeBuilderError, Problem, StorageError, WorkflowError

MEDIA_TYPE: Final = "application/problem+json"

_BY_STATUS: Final[Mapping[int, tuple[str, str, str]]] = {
    400: ("bad_request", "The request cannot be read.", "Send what the API documentation describes."),
    404: ("not_found", "There is nothing at this address.", "Check the address; the API is described in the guide."),
    405: ("method_not_allowed", "This address does not take this method.", "Use one of the methods in `Allow`."),
    406: ("not_acceptable", "This address cannot answer in that form.", "Ask for application/json."),
    408: ("too_slow", "The body did not come in time.", "Send it without long pauses."),
    413: ("too_large", "The request is too large.", "Send less, or raise the limit in the settings."),
    416: ("bad_range", "The file has no such bytes.", "Ask for a range within the file."),
    500: ("internal", "The server made a mistake.", "Try again; the log of the server says more."),
    503: ("stopping", "The server is stopping.", "Start it again, then repeat the request."),
}

_BY_CODE: Final[Mapping[str, int]] = {
    "not_found": 404,
    "version_conflict": 409,
    "run_ended": 409,
    "run_goes_on": 409,
    "run_is_running": 409,
    "workflow_exists": 409,
    "workflow_is_running": 409,
    "too_large": 413,
    "not_an_image": 415,
    "bad_mcp_server": 422,
    "bad_secret_name": 422,
    "bad_secret_value": 422,
    "bad_secret_host": 422,
    "too_many_secret_hosts": 422,
    "bad_workflow_id": 422,
    "empty_file": 422,
    "image_too_large": 422,
    "image_truncated": 422,
    "image_damaged": 422,
    "stopping": 503,
    "database_busy": 503,
    "disk_full": 507,
    "read_only": 507,
}
"""Statuses of errors by code; otherwise a storage error is the server's (500), any other the caller's (422)."""


class Refusal(HTTPException):
    """Why a request is not done: status, code, one sentence of cause and one of remedy."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        remedy: str,
        *,
        problems: Sequence[Problem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers) if headers else None)
        self.code = code
        self.remedy = remedy
        self.problems = tuple(problems)

    def body(self) -> dict[str, Any]:
        """Return the JSON object of the answer."""
        return problem(self.status_code, self.code, self.detail, self.remedy, self.problems)

    def as_response(self) -> Response:
        """Return the answer."""
        return Response(orjson.dumps(self.body()), self.status_code, self.headers, MEDIA_TYPE)


@dataclass(frozen=True, slots=True)
class RequestFault:
    """One part of a request that does not have the documented form."""

    where: tuple[str | int, ...]
    why: str = field(default="is not as documented")

    def __str__(self) -> str:
        place = ".".join(str(part) for part in self.where[1:]) or str(self.where[0] if self.where else "body")
        return f"{place}: {self.why}"


def problem(status: int, code: str, detail: str, remedy: str, problems: Sequence[Problem] = ()) -> dict[str, Any]:
    """Return the JSON object of a problem answer."""
    wire: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "remedy": remedy,
        "code": code,
    }
    return {**wire, "problems": [found.as_json() for found in problems]} if problems else wire


def plain(status: int, headers: Mapping[str, str] | None = None) -> Refusal:
    """Return the refusal that stands for a bare HTTP status."""
    code, detail, remedy = _BY_STATUS.get(
        status, (f"http_{status}", f"{HTTPStatus(status).phrase}.", "Check the request and try again.")
    )
    return Refusal(status, code, detail, remedy, headers=headers)


def refusal_of(error: NodeBuilderError) -> Refusal:
    """Return how an error of the project is answered."""
    problems: tuple[Problem, ...] = error.problems if isinstance(error, WorkflowError) else ()
    status = _BY_CODE.get(error.code)
    if status is None:
        status = 500 if isinstance(error, StorageError) else 422
    remedy = error.remedy or "Change the request and try again."
    return Refusal(status, error.code, error.message, remedy, problems=problems)


def misformed(faults: Sequence[RequestFault]) -> Refusal:
    """Return the refusal of a request that can be read and does not have the documented form; nothing is echoed."""
    shown = "; ".join(str(fault) for fault in faults[:5]) or "it is not as documented"
    return Refusal(
        422, "bad_request", f"The request does not fit: {shown}.", "Send what the API documentation describes."
    )
