"""The live connection: hello, events, snapshots, and every broken message."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.server.serving import TEXT, Server, one


async def open_live(server: Server, **more: Any) -> tuple[ClientConnection, dict[str, Any]]:
    socket = await connect(server.live, max_size=None, compression=None, proxy=None, **more)
    return socket, json.loads(await socket.recv())


async def ask(socket: ClientConnection, **message: Any) -> None:
    await socket.send(json.dumps(message))


async def told(socket: ClientConnection, kind: str, seconds: float = 20) -> dict[str, Any]:
    """The next message of this type."""
    async with asyncio.timeout(seconds):
        while True:
            message = json.loads(await socket.recv())
            if message["type"] == kind:
                return message


async def events(socket: ClientConnection, run_id: str, seconds: float = 30) -> list[dict[str, Any]]:
    """The events of a run up to its end."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(seconds):
        while not found or found[-1]["kind"] != "run_finished":
            message = json.loads(await socket.recv())
            if message["type"] == "event" and message["event"]["run_id"] == run_id:
                found.append(message["event"])
    return found


async def started(server: Server, workflow: dict[str, Any]) -> str:
    return await asyncio.to_thread(server.run, workflow)


async def test_hello_tells_what_the_server_is_and_what_runs(server: Server) -> None:
    run_id = await started(server, one("slow", seconds=60))
    socket, hello = await open_live(server)
    async with socket:
        assert hello["type"] == "hello"
        assert hello["sandbox"] is True
        assert run_id in {run["run_id"] for run in hello["runs"]}
        with server.client() as http:
            http.post(f"/api/runs/{run_id}/cancel")
        while True:
            run = (await told(socket, "run"))["run"]
            if run["run_id"] == run_id and run["status"] == "cancelled":
                break


async def test_a_watcher_gets_every_event_in_order(server: Server) -> None:
    socket, _ = await open_live(server)
    async with socket:
        run_id = await started(server, TEXT)
        await ask(socket, type="watch", run_id=run_id, after=0)
        found = await events(socket, run_id)
        assert [event["seq"] for event in found] == list(range(1, len(found) + 1))


async def test_a_watcher_that_comes_back_misses_nothing_and_gets_nothing_twice(server: Server) -> None:
    run_id = await started(server, one("chatter", count=1500, pause=0.01))
    seen: list[int] = []
    for _ in range(4):
        socket, _ = await open_live(server)
        async with socket:
            await ask(socket, type="watch", run_id=run_id, after=seen[-1] if seen else 0)
            seen += [(await told(socket, "event"))["event"]["seq"] for _ in range(200)]
    socket, _ = await open_live(server)
    async with socket:
        await ask(socket, type="watch", run_id=run_id, after=seen[-1])
        seen += [event["seq"] for event in await events(socket, run_id)]
    assert seen == list(range(1, len(seen) + 1))


async def test_a_run_that_is_over_is_told_from_the_history(server: Server) -> None:
    run_id = await started(server, TEXT)
    await asyncio.to_thread(server.ended, run_id)
    socket, _ = await open_live(server)
    async with socket:
        await ask(socket, type="watch", run_id=run_id, after=2)
        found = await events(socket, run_id)
        assert found[0]["seq"] == 3


async def test_who_unwatches_hears_no_more(server: Server) -> None:
    run_id = await started(server, one("chatter", count=3000, pause=0.02))
    socket, _ = await open_live(server)
    async with socket:
        await ask(socket, type="watch", run_id=run_id)
        await told(socket, "event")
        await ask(socket, type="unwatch", run_id=run_id)
        await ask(socket, type="ping")
        await told(socket, "pong")
        await ask(socket, type="ping")
        assert json.loads(await socket.recv())["type"] == "pong"


BROKEN: list[tuple[str | bytes, str]] = [
    ("", "not_json"),
    ("not json", "not_json"),
    ("{", "not_json"),
    (b"\x00\x01", "binary"),
    (b'{"type": "ping"}', "binary"),
    ("[]", "bad_message"),
    ("null", "bad_message"),
    ("7", "bad_message"),
    ('{"type": "ping", "type": "watch"}', "duplicate_key"),
    ('{"type": NaN}', "not_finite"),
    ('{"type": "\\ud800"}', "lone_surrogate"),
    ("[" * 60_000, "too_deep"),
    ("x" * 70_000, "too_large"),
    ('{"type": "' + "y" * 5_000_000 + '"}', "too_large"),
    ("{}", "unknown_type"),
    ('{"type": "run"}', "unknown_type"),
    ('{"type": "WATCH", "run_id": "x"}', "unknown_type"),
    ('{"type": null}', "unknown_type"),
    ('{"type": "watch"}', "bad_message"),
    ('{"type": "watch", "run_id": 7}', "bad_message"),
    ('{"type": "watch", "run_id": "x", "after": -1}', "bad_message"),
    ('{"type": "watch", "run_id": "x", "after": 1.5}', "bad_message"),
    ('{"type": "watch", "run_id": "x", "after": true}', "bad_message"),
    ('{"type": "watch", "run_id": "nobody"}', "not_found"),
    ('{"type": "watch", "run_id": "\\u0000"}', "not_found"),
    ('{"type": "unwatch"}', "bad_message"),
]


async def test_every_broken_message_is_answered_and_the_connection_lives_on(server: Server) -> None:
    socket, _ = await open_live(server)
    async with socket:
        for message, code in BROKEN:
            await socket.send(message)
            answer = await told(socket, "error")
            assert answer["code"] == code, message[:60]
            assert answer["message"]
        await ask(socket, type="ping")
        assert await told(socket, "pong")
        run_id = await started(server, TEXT)
        await ask(socket, type="watch", run_id=run_id)
        assert await events(socket, run_id)


async def test_a_message_beyond_all_measure_ends_this_connection_only(server: Server) -> None:
    bystander, _ = await open_live(server)
    socket, _ = await open_live(server)
    async with bystander, socket:
        with contextlib.suppress(ConnectionClosed):
            await socket.send("x" * (17 * 1024 * 1024))
        with pytest.raises(ConnectionClosed) as closed:
            await told(socket, "no such message")
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
        await ask(bystander, type="ping")
        assert await told(bystander, "pong")


async def test_a_flood_of_messages_is_answered_at_the_pace_of_its_reader(server: Server) -> None:
    socket, _ = await open_live(server)
    async with socket:
        for _ in range(5000):
            await ask(socket, type="ping")
        answers = 0
        async with asyncio.timeout(30):
            while answers < 5000:
                answers += json.loads(await socket.recv())["type"] == "pong"


async def test_a_stalled_client_gets_a_snapshot_and_delays_nobody(server: Server) -> None:
    stalled, _ = await open_live(server, max_queue=1)
    reader, _ = await open_live(server)
    async with stalled, reader:
        run_id = await started(server, one("chatter", count=12_000, size=2000, pause=0.01))
        await ask(stalled, type="watch", run_id=run_id)
        await ask(reader, type="watch", run_id=run_id)
        reading = asyncio.create_task(events(reader, run_id, 60))
        await told(stalled, "event")
        began = time.monotonic()
        found = await reading
        assert found[-1]["status"] == "succeeded"
        with server.client() as http:
            assert http.get("/healthz").status_code == 200
        assert time.monotonic() - began < 60
        seen, snapshot = 0, None
        async with asyncio.timeout(30):
            while True:
                message = json.loads(await stalled.recv())
                if message["type"] == "snapshot":
                    snapshot = message["run"]
                    seen = snapshot["last_seq"]
                elif message["type"] == "event":
                    assert message["event"]["seq"] > seen
                    seen = message["event"]["seq"]
                    if message["event"]["kind"] == "run_finished":
                        break
                if snapshot and snapshot["status"] == "succeeded":
                    break
        assert snapshot is not None


async def test_one_connection_watches_a_bounded_number_of_runs(server: Server) -> None:
    run_id = await started(server, TEXT)
    await asyncio.to_thread(server.ended, run_id)
    socket, _ = await open_live(server)
    async with socket:
        slow = [await started(server, one("slow", seconds=30)) for _ in range(3)]
        for each in slow:
            await ask(socket, type="watch", run_id=each)
            await ask(socket, type="watch", run_id=each)
        with server.client() as http:
            for each in slow:
                http.post(f"/api/runs/{each}/cancel")
        for _ in slow:
            while (await told(socket, "event"))["event"]["kind"] != "run_finished":
                pass


async def test_two_hundred_watchers_get_every_event(server: Server) -> None:
    run_id = await started(server, one("chatter", count=200, pause=0.3))
    sockets = [(await open_live(server))[0] for _ in range(200)]
    for socket in sockets:
        await ask(socket, type="watch", run_id=run_id)
    found = await asyncio.gather(*(events(socket, run_id, 60) for socket in sockets))
    assert {len(each) for each in found} == {len(found[0])}
    assert all([event["seq"] for event in each] == list(range(1, len(each) + 1)) for each in found)
    await asyncio.gather(*(socket.close() for socket in sockets))


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1", ""])
async def test_a_page_of_another_origin_is_refused_before_it_is_accepted(server: Server, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(server.live, additional_headers={"Origin": origin}, proxy=None)
    assert refused.value.response.status_code == 403


async def test_the_wrong_host_is_misdirected(server: Server) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://evil.example:{server.port}/api/live", host="127.0.0.1", port=server.port, proxy=None)
    assert refused.value.response.status_code == 421


async def test_the_servers_own_page_is_welcome(server: Server) -> None:
    socket, hello = await open_live(server, additional_headers={"Origin": server.url})
    async with socket:
        assert hello["type"] == "hello"


@pytest.mark.parametrize("path", ["/", "/api/runs", "/sandbox/v1/models", "/nowhere"])
async def test_no_other_address_takes_a_websocket(server: Server, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://127.0.0.1:{server.port}{path}", proxy=None)
    assert refused.value.response.status_code in (403, 404)


async def test_with_a_token_only_callers_who_have_it_are_accepted(locked: Server) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": f"nodebuilder_{locked.port}=guess"}):
        with pytest.raises(InvalidStatus) as refused:
            await connect(locked.live, additional_headers=headers, proxy=None)
        assert refused.value.response.status_code == 401
    socket, hello = await open_live(locked, additional_headers=locked.headers)
    async with socket:
        assert hello["type"] == "hello"


async def test_a_signed_in_page_shows_its_key_as_subprotocol(locked: Server) -> None:
    with locked.client() as http:
        http.headers.pop("authorization")
        key = http.post("/api/session", json={"token": locked.token}).json()["page_key"]
        cookie = "; ".join(f"{each.name}={each.value}" for each in http.cookies.jar)
    headers = {"Cookie": cookie, "Origin": locked.url}
    with pytest.raises(InvalidStatus):
        await connect(locked.live, additional_headers=headers, proxy=None)
    protocol: Any = f"nodebuilder.session.{key}"
    socket, hello = await open_live(locked, additional_headers=headers, subprotocols=[protocol])
    async with socket:
        assert hello["type"] == "hello"
        assert socket.subprotocol == protocol
