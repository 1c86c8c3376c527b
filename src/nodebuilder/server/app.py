"""The application: all routes behind the guard, and one form for everything that goes wrong."""

from __future__ import annotations

import logging
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nodebuilder import __version__
from nodebuilder.errors import NodeBuilderError
from nodebuilder.house import House
from nodebuilder.server import (
    about,
    display,
    docs,
    elsewhere,
    files,
    importing,
    listeners,
    live,
    mcp_servers,
    nodes,
    preferences,
    renaming,
    runs,
    secrets,
    session,
    v1,
    v1_images,
    workflows,
)
from nodebuilder.server.editor import STATIC, Editor
from nodebuilder.server.guard import Guard
from nodebuilder.server.hooks import ROUTE, HookDoor
from nodebuilder.server.hosts import Doors
from nodebuilder.server.limits import BodyLimits
from nodebuilder.server.live import Hub
from nodebuilder.server.mcp import PATH, McpDoor
from nodebuilder.server.problems import Refusal, RequestFault, misformed, plain
from nodebuilder.server.tokens import Tokens
from nodebuilder.server.v1_errors import response_of, response_to

log = logging.getLogger(__name__)
SUMMARY: Final = "Wire AI nodes together, run them, and keep what they make."
ROUTERS: Final = (
    about.router,
    session.router,
    nodes.router,
    workflows.router,
    importing.router,
    renaming.router,
    listeners.router,
    display.router,
    elsewhere.router,
    runs.router,
    files.router,
    secrets.router,
    mcp_servers.router,
    preferences.router,
    docs.router,
    live.router,
    v1.router,
    v1_images.router,
)
"""All routes of the interface, by their noun."""


def bare_app() -> FastAPI:
    """Return the application with all routes and nothing behind them, as its documentation needs it."""
    app = FastAPI(
        title="AI Node Builder",
        summary=SUMMARY,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
        exception_handlers={
            HTTPException: _on_http,
            RequestValidationError: _on_misformed,
            NodeBuilderError: _on_own,
            Exception: _on_crash,
        },
    )
    for router in ROUTERS:
        app.include_router(router)
    return app


def build_app(
    house: House, hub: Hub, mcp: McpDoor, *, tokens: Tokens, sandbox: ASGIApp | None = None, sandbox_key: str = ""
) -> Guard:
    """Return the application behind its guard; `sandbox` is served under `/sandbox/v1` and takes `sandbox_key`."""
    app = bare_app()
    if sandbox is not None:
        app.mount("/sandbox/v1", sandbox)
    app.router.routes.append(Route(PATH, mcp, include_in_schema=False))
    app.router.routes.append(Route(ROUTE, HookDoor(house), include_in_schema=False))
    editor = Editor(STATIC)
    app.router.default = editor
    app.state.house = house
    app.state.limits = house.settings
    app.state.hub = hub
    app.state.tokens = tokens
    settings = house.settings
    return Guard(
        app,
        doors=Doors.of(settings.allowed_hosts, settings.public_url),
        tokens=tokens,
        limits=BodyLimits(settings.max_upload_bytes, settings.max_body_bytes),
        sandbox_key=sandbox_key,
        signed=house.hooks.is_signed,
    )


def methods_at(path: str) -> list[str]:
    """Return the methods that an address takes."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return sorted({method for route in routes if route.path_regex.match(path) for method in route.methods or ()})


async def _on_http(request: Request, error: Exception) -> Response:
    if isinstance(error, Refusal):
        return response_of(error, request.url.path)
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = {"allow": ", ".join(methods_at(request.url.path))} if status == 405 else None
    return response_of(plain(status, headers), request.url.path)


async def _on_misformed(request: Request, error: Exception) -> Response:
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    refusal = misformed([RequestFault(tuple(fault["loc"]), str(fault["msg"])) for fault in faults])
    return response_of(refusal, request.url.path)


async def _on_own(request: Request, error: Exception) -> Response:
    if not isinstance(error, NodeBuilderError):
        return plain(500).as_response()
    response = response_to(error, request.url.path)
    if response.status_code >= 500:
        log.error("Request %s failed: %s", getattr(request.state, "request_id", ""), error)
    return response


async def _on_crash(request: Request, _error: Exception) -> Response:
    return response_of(plain(500), request.url.path)
