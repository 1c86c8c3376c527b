"""The client of MCP servers, against real ones: over stdio and over HTTP on loopback."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
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


async def test_a_changed_list_is_fetched_anew_by_the_older_protocol(desk: Desk) -> None:
    await desk.set_up(command("raw", "raw"))
    await desk.names("raw")
    await desk.call("raw", "change", name="three")
    assert await desk.names("raw") == ["one", "two", "three"]
    assert desk.count("starts") == 1


async def test_a_changed_list_is_fetched_anew_by_the_newer_protocol(desk: Desk) -> None:
    await desk.set_up(command("sdk", "sdk"))
    assert "tree" not in await desk.names("sdk")
    await desk.call("sdk", "grow", name="tree")
    assert "tree" in await desk.names("sdk")
    assert await desk.text("sdk", "tree") == "I am tree"


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


async def test_progress_is_told_as_a_share(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.set_up(command("sdk", "sdk"))
        await desk.call("sdk", "slow", seconds=0)
        assert desk.progress == [(0.25, "a quarter")]


async def test_a_call_that_takes_too_long_is_given_up_and_may_have_run(tmp_path: Path) -> None:
    async with open_desk(tmp_path, mcp_call_seconds=1) as desk:
        await desk.set_up(command("sdk", "sdk"))
        mark = tmp_path / "mark"
        with pytest.raises(NodeError) as caught:
            await desk.call("sdk", "slow", seconds=60, mark=str(mark))
        assert caught.value.code == "mcp_timeout"
        assert "may have run" in caught.value.remedy
        assert mark.read_text() == "began"
        assert await desk.text("sdk", "echo", text="still there") == "still there"


async def test_a_cancelled_call_leaves_the_connection_whole(desk: Desk, tmp_path: Path) -> None:
    await desk.set_up(command("sdk", "sdk"))
    mark = tmp_path / "mark"
    call = asyncio.create_task(desk.call("sdk", "slow", seconds=60, mark=str(mark)))
    await until(lambda: bool(mark.exists()))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await desk.text("sdk", "echo", text="on") == "on"


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


async def test_a_server_that_does_not_answer_is_given_up_and_ended(tmp_path: Path) -> None:
    async with open_desk(tmp_path, mcp_connect_seconds=1.5) as desk:
        await desk.set_up(command("raw", "raw", "silent"))
        with pytest.raises(NodeError) as caught:
            await desk.names("raw")
        assert caught.value.code == "mcp_unreachable"
        assert "1.5 seconds" in caught.value.message
        pid = int((desk.counts / "starts").read_text())
    assert not alive(pid)


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


async def test_an_unused_connection_ends_and_comes_back_when_it_is_needed(tmp_path: Path) -> None:
    async with open_desk(tmp_path, mcp_idle_seconds=0.2) as desk:
        await desk.set_up(command("raw", "raw"))
        pid = int(await desk.text("raw", "pid"))
        await until(lambda: not alive(pid))
        assert await desk.text("raw", "one") == "called one"
        assert desk.count("starts") == 2


async def test_a_call_under_way_is_no_idleness(tmp_path: Path) -> None:
    async with open_desk(tmp_path, mcp_idle_seconds=0.2) as desk:
        await desk.set_up(command("sdk", "sdk"))
        assert await desk.text("sdk", "slow", seconds=1) == "at last"


async def test_closing_ends_commands_even_those_that_will_not(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.set_up(command("raw", "raw", "stubborn"))
        await desk.set_up(command("other", "raw"))
        pids = [int(await desk.text(name, "pid")) for name in ("raw", "other")]
        assert all(alive(pid) for pid in pids)
    assert not any(alive(pid) for pid in pids)


async def test_closing_gives_up_a_server_that_is_still_being_connected_to(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.set_up(command("raw", "raw", "silent"))
        asking = asyncio.create_task(desk.names("raw"))
        await until(lambda: bool(desk.count("starts")))
        asking.cancel()
    assert not alive(int((desk.counts / "starts").read_text()))


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


async def test_over_http_nobody_is_followed_to_another_origin(desk: Desk) -> None:
    await desk.store.secrets.set("web", TOKEN)
    async with over_http() as there, over_http(ELSEWHERE=there) as url:
        await desk.servers.set(McpServer("web", url=url.replace("/mcp", "/elsewhere/mcp"), secret="web"))
        with pytest.raises(NodeError) as caught:
            await desk.names("web")
    assert caught.value.code == "mcp_unreachable"


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


@pytest.mark.parametrize("form", ["stream", "json"])
async def test_over_http_an_answer_that_is_too_large_is_broken_off(tmp_path: Path, form: str) -> None:
    async with over_http(form) as url, open_desk(tmp_path, max_answer_bytes=100_000) as desk:
        await desk.servers.set(McpServer("web", url=url))
        with pytest.raises(NodeError) as caught:
            await desk.call("web", "big", characters=200_000)
        assert caught.value.code == "mcp_bad_answer"
        assert "too large" in caught.value.message
        assert await desk.text("web", "echo", text="on") == "on"
