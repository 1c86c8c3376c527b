"""Request bodies, read strictly and without losing how a number was written."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.errors import WorkflowError
from nodebuilder.server.problems import Refusal
from nodebuilder.workflow.parse import DEFAULT_LIMITS, Limits, parse

_KEPT: Final = frozenset({"too_large"})


class StrictRequest(Request):
    """A request whose JSON is refused when it is not quite JSON: repeated keys, NaN, broken text, too deep."""

    async def json(self) -> Any:
        """Return the body.

        Raises:
            Refusal: 400, it cannot be read; 413, it is too large.
        """
        limits: Limits = getattr(self.app.state, "limits", DEFAULT_LIMITS)
        try:
            return parse(await self.body(), limits)
        except WorkflowError as error:
            status = 413 if error.code in _KEPT else 400
            raise Refusal(status, error.code, error.message, error.remedy) from error


class StrictRoute(APIRoute):
    """A route that reads its body by `StrictRequest`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strict
