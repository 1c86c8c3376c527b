"""`POST /api/session`: a browser signs in with the token."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.server.answers import failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import SessionIn, SessionOut
from nodebuilder.server.problems import Refusal
from nodebuilder.server.signin import signed_in, signin_script
from nodebuilder.server.tokens import Tokens, unauthorized

router = APIRouter(route_class=StrictRoute, tags=["server"])


@router.post("/api/session", operation_id="sign_in", response_model=SessionOut, responses=failures(404, 422))
async def sign_in(request: Request, body: SessionIn) -> Response:
    """Open a session for a browser: a cookie, and the key that the page sends along with every call."""
    tokens: Tokens = request.app.state.tokens
    if not tokens.required:
        raise Refusal(404, "no_token", "This server wants no token.", "Use it without one.")
    peer = request.client.host if request.client else ""
    if not tokens.matches(peer, body.token):
        raise unauthorized()
    port = (request.scope.get("server") or ("", 0))[1] or 0
    return signed_in(tokens, tokens.open_session(), port, secure=request.url.scheme == "https")


@router.get("/signin.js", include_in_schema=False)
async def script() -> Response:
    """Give the script of the page that asks for the token."""
    return signin_script()
