"""The two ways to a server: a command that is started, and HTTP."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nodebuilder.errors import NodeError
from nodebuilder.storage.mcp_servers import McpServer
from tests.mcpservers import command, over_http
from tests.mcpservers.client import Desk, open_desk, until

TOKEN = "token-of-the-tests-0123456789"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, mcp_connect_seconds=30) as opened:
        yield opened


async def test_junk_on_stdout_is_overlooked(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    await desk.set_up(command("raw", "raw", "junk"))
    assert await desk.names("raw") == ["one", "two"]
    assert await desk.text("raw", "one") == "called one"
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


async def test_a_command_that_ends_at_once_says_why_without_its_key(desk: Desk) -> None:
    await desk.store.secrets.set("mine", TOKEN)
    await desk.set_up(command("raw", "raw", "gone", TOKEN="mine"))
    with pytest.raises(NodeError) as caught:
        await desk.names("raw")
    assert caught.value.code == "mcp_unreachable"
    assert "I have no licence ***" in caught.value.message
    assert desk.count("starts") == 1


async def test_a_command_that_is_not_there_and_a_folder_that_is_gone(desk: Desk, tmp_path: Path) -> None:
    await desk.servers.set(McpServer("it", command="no-such-command"))
    with pytest.raises(NodeError, match="no-such-command: No such file"):
        await desk.names("it")
    await desk.servers.set(McpServer("it", command=sys.executable, folder=str(tmp_path / "gone")))
    with pytest.raises(NodeError, match="gone: No such file"):
        await desk.names("it")


async def test_a_command_gets_its_secrets_and_none_of_our_environment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment-0123456789")
    monkeypatch.setenv("NODEBUILDER_TOKEN", "token-of-the-server-0123456789")
    await desk.store.secrets.set("mine", TOKEN)
    await desk.set_up(command("sdk", "sdk", GITHUB_TOKEN="mine"))
    told = dict(line.split("=", 1) for line in (await desk.text("sdk", "environment")).splitlines() if "=" in line)
    assert told["GITHUB_TOKEN"] == TOKEN
    assert not {"OPENAI_API_KEY", "NODEBUILDER_TOKEN", "NODEBUILDER_DATA_DIR"} & told.keys()
    assert set(told) <= {"GITHUB_TOKEN", "COUNTS", "HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LC_CTYPE"}


async def test_over_http_nobody_is_followed_to_another_origin(desk: Desk) -> None:
    await desk.store.secrets.set("web", TOKEN)
    async with over_http() as there, over_http(ELSEWHERE=there) as url:
        await desk.servers.set(McpServer("web", url=url.replace("/mcp", "/elsewhere/mcp"), secret="web"))
        with pytest.raises(NodeError) as caught:
            await desk.names("web")
    assert caught.value.code == "mcp_unreachable"


@pytest.mark.parametrize("form", ["stream", "json"])
async def test_over_http_an_answer_that_is_too_large_is_broken_off(tmp_path: Path, form: str) -> None:
    async with over_http(form) as url, open_desk(tmp_path, max_answer_bytes=100_000) as desk:
        await desk.servers.set(McpServer("web", url=url))
        with pytest.raises(NodeError) as caught:
            await desk.call("web", "big", characters=200_000)
        assert caught.value.code == "mcp_bad_answer"
        assert "too large" in caught.value.message
        assert await desk.text("web", "echo", text="on") == "on"


async def test_stderr_of_a_command_is_logged_at_debug_without_its_key(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "nodebuilder")
    await desk.store.secrets.set("mine", TOKEN)
    await desk.set_up(command("raw", "raw", "junk", TOKEN="mine"))
    await desk.names("raw")
    await until(lambda: "warning: token" in caplog.text)
    said = [record for record in caplog.records if "warning: token" in record.getMessage()]
    assert {record.levelno for record in said} == {logging.DEBUG}
    assert said[0].getMessage() == "MCP server raw: warning: token ***"
    assert TOKEN not in caplog.text


async def test_over_http_a_long_event_of_a_stream_is_read(desk: Desk) -> None:
    """The SDK's own limit is one MiB; progress makes the server answer by a stream."""
    async with over_http("stream") as url:
        await desk.servers.set(McpServer("web", url=url))
        assert len(await desk.text("web", "big", characters=3_000_000, progress=True)) == 3_000_000
    assert desk.progress


async def test_over_http_a_packed_answer_is_not_unpacked(desk: Desk) -> None:
    packed = gzip.compress(json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"bomb": "0" * 10_000_000}}).encode())

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\nconnection: close\r\n"
        writer.write(f"{head}content-length: {len(packed)}\r\n\r\n".encode() + packed)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await desk.servers.set(McpServer("web", url=f"http://127.0.0.1:{port}/mcp"))
        with pytest.raises(NodeError) as caught:
            await desk.names("web")
    assert caught.value.code == "mcp_unreachable"
    assert "packed" in caught.value.message
