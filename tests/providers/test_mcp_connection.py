"""The life of one connection: time-outs, changes of the list, idleness, the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nodebuilder.errors import NodeError
from tests.mcpservers import command
from tests.mcpservers.client import Desk, alive, open_desk, until

TOKEN = "token-of-the-tests-0123456789"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, mcp_connect_seconds=30) as opened:
        yield opened


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


async def test_a_server_that_does_not_answer_is_given_up_and_ended(tmp_path: Path) -> None:
    async with open_desk(tmp_path, mcp_connect_seconds=1.5) as desk:
        await desk.set_up(command("raw", "raw", "silent"))
        with pytest.raises(NodeError) as caught:
            await desk.names("raw")
        assert caught.value.code == "mcp_unreachable"
        assert "1.5 seconds" in caught.value.message
        pid = int((desk.counts / "starts").read_text())
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


async def test_progress_is_told_as_a_share(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.set_up(command("sdk", "sdk"))
        await desk.call("sdk", "slow", seconds=0)
        assert desk.progress == [(0.25, "a quarter")]
