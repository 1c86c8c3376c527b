"""MCP servers whose tools workflows can use: those at a URL can be set up here, commands in the terminal only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from nodebuilder.house import House
from nodebuilder.server.answers import answer, failures
from nodebuilder.server.bodies import StrictRoute
from nodebuilder.server.models import McpServerIn, McpServersOut
from nodebuilder.server.problems import plain
from nodebuilder.storage.mcp_servers import SERVER_NAME, McpServer, McpServers

router = APIRouter(route_class=StrictRoute, tags=["MCP servers"])
Name = Annotated[str, Path(pattern=f"^{SERVER_NAME.pattern}$", description="The name of an MCP server.")]


@router.get("/api/mcp-servers", operation_id="list_mcp_servers", response_model=McpServersOut, responses=failures())
async def list_mcp_servers(request: Request) -> Response:
    """List the MCP servers that are set up; nobody is contacted, and no secret is told but by its name."""
    return answer(request, {"servers": [server.as_json() for server in await _servers(request).all()]})


@router.put("/api/mcp-servers/{name}", operation_id="put_mcp_server", status_code=204, responses=failures(422, 507))
async def put_mcp_server(request: Request, name: Name, body: McpServerIn) -> None:
    """Set up an MCP server at a URL, in place of an earlier one of its name; nobody is contacted yet.

    A server that is started by a command can only be set up in the terminal.
    """
    await _servers(request).set(McpServer(name, url=body.url, secret=body.secret, header=body.header))


@router.delete(
    "/api/mcp-servers/{name}", operation_id="delete_mcp_server", status_code=204, responses=failures(404, 422)
)
async def delete_mcp_server(request: Request, name: Name) -> None:
    """Forget an MCP server."""
    if not await _servers(request).remove(name):
        raise plain(404)


def _servers(request: Request) -> McpServers:
    house: House = request.app.state.house
    return McpServers(house.store.preferences)
