"""Errors as OpenAI's clients expect them: `{"error": {"message", "type", "param", "code"}}`."""

from __future__ import annotations

from typing import Any

from nodebuilder.errors import NodeBuilderError


class Refused(NodeBuilderError):
    """A request that is not done; `param` names the part of it that is to blame."""

    code = "invalid_request"

    def __init__(
        self, message: str, remedy: str = "", *, param: str | None = None, code: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message, remedy, code=code)
        self.param = param
        self.status = status


def error_type(status: int) -> str:
    """Return the `type` that goes with an HTTP status."""
    if status == 401:
        return "authentication_error"
    if status == 429:
        return "rate_limit_error"
    return "server_error" if status >= 500 else "invalid_request_error"


def error_body(message: str, remedy: str, *, status: int, code: str | None, param: str | None = None) -> dict[str, Any]:
    """Return the JSON object of an error: cause and remedy are one message."""
    said = f"{message} {remedy}".strip()
    return {"error": {"message": said, "type": error_type(status), "param": param, "code": code}}
