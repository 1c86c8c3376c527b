"""The records of servers with the keys in their places."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nodebuilder.errors import InputError, NodeError
from nodebuilder.providers.mcp_targets import find_target
from nodebuilder.storage.mcp_servers import McpServer
from tests.mcpservers.client import Desk, open_desk

KEY = "a-key-of-the-tests-0123456789"
URL = "https://tools.example/mcp"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        await opened.store.secrets.set("mine", KEY)
        yield opened


@pytest.mark.parametrize(
    ("server", "headers", "environment"),
    [
        (McpServer("it", url=URL), {}, {}),
        (McpServer("it", url=URL, secret="mine"), {"Authorization": f"Bearer {KEY}"}, {}),
        (McpServer("it", url=URL, secret="mine", header="X-API-Key"), {"X-API-Key": KEY}, {}),
        (McpServer("it", command="python", variables={"TOKEN": "mine"}), {}, {"TOKEN": KEY}),
    ],
)
async def test_a_key_stands_where_it_belongs_and_is_never_shown(
    desk: Desk, server: McpServer, headers: dict[str, str], environment: dict[str, str]
) -> None:
    await desk.servers.set(server)
    target = await find_target("it", desk.servers, desk.store.secrets)
    assert (target.headers, target.environment) == (headers, environment)
    assert KEY not in repr(target)


async def test_what_is_missing_is_named(desk: Desk) -> None:
    await desk.servers.set(McpServer("it", url=URL, secret="other"))
    with pytest.raises(NodeError, match="needs the secret other"):
        await find_target("it", desk.servers, desk.store.secrets)
    with pytest.raises(InputError, match="There is no MCP server called no"):
        await find_target("no", desk.servers, desk.store.secrets)
    with pytest.raises(InputError, match="No MCP server is named"):
        await find_target("", desk.servers, desk.store.secrets)
