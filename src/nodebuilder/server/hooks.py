"""`/hooks/…`: where deliveries for workflows come in. Their body is data: counted, decoded, handed on as text."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from nodebuilder.house import House
from nodebuilder.house.hook_bodies import Delivery
from nodebuilder.house.hooks import HookRefused
from nodebuilder.server.answers import answer
from nodebuilder.server.problems import Refusal

ROUTE = "/hooks/{path:path}"


class HookDoor:
    """Answers below `/hooks/`; who may ask is checked by the guard, and what they sign by the hook."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        hooks = self._house.hooks
        request = Request(scope, receive)
        self._house.runs.check_open()
        try:
            first = hooks.find(request.method, scope["path"])
            taken = await hooks.take(await _delivery(request), signed=bool(first.secret))
        except HookRefused as error:
            raise Refusal(error.status, error.code, error.message, error.remedy, headers=error.headers) from error
        except ClientDisconnect:
            return  # the sender went away, or was refused by the guard in the middle of its body
        await answer(request, taken.body, taken.status)(scope, receive, send)


async def _delivery(request: Request) -> Delivery:
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        headers.setdefault(name.lower(), []).append(value)
    query = request.scope.get("query_string", b"").decode("latin-1")
    return Delivery(request.method, request.scope["path"], query, headers, await request.body())
