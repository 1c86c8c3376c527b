"""The client of MCP servers, against real ones: over stdio and over HTTP on loopback."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nodebuilder.errors import InputError, NodeError
from nodebuilder.providers.tool_servers import FilePart, LinkPart, TextPart
from nodebuilder.storage.mcp_servers import McpServer
from tests.mcpservers import command, free_port, over_http
from tests.mcpservers.client import Desk, alive, open_desk, until

TOKEN = "token-of-the-tests-0123456789"
SCHEMA = {"type": "object", "properties": {}, "$defs": {"x": {"$anchor": "here"}}, "x-own": [1, None]}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, mcp_connect_seconds=30) as opened:
        yield opened


async def test_tools_of_all_pages_come_with_their_schemas_as_they_were(desk: Desk) -> None:
    await desk.set_up(command("raw", "raw"))
    one, two = await desk.client.tools("raw")
    assert one == {"name": "one", "description": "Tool one", "input_schema": SCHEMA}
    assert two["name"] == "two"


async def test_a_name_that_nobody_set_up_is_told_with_those_that_are(desk: Desk) -> None:
    await desk.set_up(command("files", "raw"))
    with pytest.raises(InputError) as caught:
        await desk.client.tools("fils")
    assert caught.value.code == "no_mcp_server"
    assert "fils" in caught.value.message
    assert "files" in caught.value.remedy
    assert desk.count("starts") == 0


async def test_one_connection_is_kept_and_the_list_with_it(desk: Desk) -> None:
    await desk.set_up(command("raw", "raw"))
    await asyncio.gather(*(desk.names("raw") for _ in range(5)))
    assert await desk.text("raw", "one") == "called one"
    assert await desk.names("raw") == ["one", "two"]
    assert (desk.count("starts"), desk.count("calls")) == (1, 1)
    listed = desk.count("lists")
    await desk.names("raw")
    assert desk.count("lists") == listed


async def test_every_kind_of_content_arrives(desk: Desk) -> None:
    await desk.set_up(command("sdk", "sdk"))
    answer = await desk.call("sdk", "everything")
    said, picture, sound, unreadable, link, note, blob = answer.parts
    assert said == TextPart("Here it is.")
    assert isinstance(picture, FilePart)
    assert picture.media_type == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    assert isinstance(sound, FilePart)
    assert sound.data.startswith(b"RIFF")
    assert isinstance(unreadable, TextPart)
    assert "not base64" in unreadable.text
    assert link == LinkPart("https://example.com/report", "report", "All of it", "", 12)
    assert note == TextPart("a note", "test://note")
    assert isinstance(blob, FilePart)
    assert blob.uri == "test://dot"
    assert answer.structured == {"id": 7}
    assert not answer.failed


async def test_a_tool_that_fails_and_one_that_is_not_there(desk: Desk) -> None:
    await desk.set_up(command("raw", "raw"))
    assert (await desk.call("raw", "bad")).failed
    with pytest.raises(NodeError) as caught:
        await desk.call("raw", "refuse")
    assert caught.value.code == "mcp_refused"
    assert caught.value.message == "The MCP server raw refused: Unknown tool: refuse."


async def test_a_server_that_breaks_in_a_call_is_not_called_again_by_itself(desk: Desk, tmp_path: Path) -> None:
    await desk.set_up(command("sdk", "sdk"))
    mark = tmp_path / "mark"
    with pytest.raises(NodeError) as caught:
        await desk.call("sdk", "crash", mark=str(mark))
    assert caught.value.code == "mcp_broken"
    assert "may have run" in caught.value.remedy
    assert "about to break" in caught.value.message
    assert mark.read_text() == "called\n"
    assert await desk.text("sdk", "echo", text="back") == "back"


async def test_a_connection_that_broke_meanwhile_is_made_anew(desk: Desk) -> None:
    await desk.set_up(command("raw", "raw"))
    pid = int(await desk.text("raw", "pid"))
    os.kill(pid, signal.SIGKILL)
    await until(lambda: not desk.client._kept["raw"].usable)
    assert await desk.names("raw") == ["one", "two"]
    assert await desk.text("raw", "one") == "called one"
    assert desk.count("starts") == 2


async def test_a_secret_that_is_missing_is_named_and_nothing_is_started(desk: Desk) -> None:
    await desk.set_up(command("raw", "raw", TOKEN="nobody"))
    with pytest.raises(NodeError, match="needs the secret nobody") as caught:
        await desk.names("raw")
    assert caught.value.code == "no_such_secret"
    assert desk.count("starts") == 0


async def test_a_server_that_was_set_up_anew_is_used_as_it_is_now(desk: Desk) -> None:
    await desk.set_up(command("it", "raw"))
    assert await desk.names("it") == ["one", "two"]
    pid = int(await desk.text("it", "pid"))
    await desk.set_up(command("it", "sdk"))
    assert "echo" in await desk.names("it")
    await desk.servers.remove("it")
    with pytest.raises(InputError):
        await desk.names("it")
    await until(lambda: not desk.client._ending)
    assert not alive(pid)


@pytest.mark.parametrize("form", ["stream", "json"])
async def test_over_http_it_is_the_same(desk: Desk, form: str) -> None:
    async with over_http(form) as url:
        await desk.servers.set(McpServer("web", url=url))
        assert "echo" in await desk.names("web")
        assert await desk.text("web", "echo", text="hello") == "hello"
        assert (await desk.call("web", "add", a=1, b=2)).structured == {"sum": 3}
        assert len(await desk.text("web", "big", characters=3_000_000)) == 3_000_000
        await desk.call("web", "grow", name="tree")
        assert "tree" in await desk.names("web")


async def test_over_http_a_key_is_sent_to_its_server_and_a_wrong_one_is_told(desk: Desk) -> None:
    async with over_http(TOKEN=TOKEN) as url:
        await desk.servers.set(McpServer("web", url=url))
        with pytest.raises(NodeError) as caught:
            await desk.names("web")
        assert caught.value.code == "mcp_key_refused"
        await desk.store.secrets.set("web", TOKEN)
        await desk.servers.set(McpServer("web", url=url, secret="web"))
        assert await desk.text("web", "key") == f"Bearer {TOKEN}"
        await desk.store.secrets.set("web", "another-token-0123456789")
        with pytest.raises(NodeError) as caught:
            await desk.names("web")
        assert caught.value.code == "mcp_key_refused"
        assert "another-token" not in str(caught.value)


async def test_over_http_a_server_that_came_back_is_called_once(desk: Desk, tmp_path: Path) -> None:
    port = free_port()
    async with over_http(port=port) as url:
        await desk.servers.set(McpServer("web", url=url))
        assert await desk.text("web", "echo", text="one") == "one"
        mark = tmp_path / "mark"
        with pytest.raises(NodeError) as caught:
            await desk.call("web", "crash", mark=str(mark))
        assert caught.value.code == "mcp_broken"
        assert mark.read_text() == "called\n"
    with pytest.raises(NodeError) as caught:
        await desk.call("web", "echo", text="two")
    assert caught.value.code == "mcp_unreachable"
    async with over_http(port=port):
        assert await desk.text("web", "echo", text="three") == "three"


async def test_over_http_a_restarted_server_is_connected_to_anew(desk: Desk) -> None:
    port = free_port()
    async with over_http(port=port) as url:
        await desk.servers.set(McpServer("web", url=url))
        assert await desk.text("web", "echo", text="one") == "one"
    async with over_http(port=port):
        assert await desk.text("web", "echo", text="two") == "two"
