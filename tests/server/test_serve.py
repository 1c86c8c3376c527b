"""Starting and stopping: ports, tokens, one server per folder, and an end in order."""

from __future__ import annotations

import asyncio
import http.server
import ipaddress
import json
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.server.serving import PICTURE, TEXT, Server, one, start

EVERYWHERE = str(ipaddress.IPv4Address(0))


def test_a_server_says_where_it_is_and_is_ready_soon(serve: Callable[..., Server]) -> None:
    server = serve()
    assert server.told["url"] == server.told["launch_url"] == f"http://localhost:{server.port}"
    with server.client() as client:
        assert client.get("/healthz").json() == client.get("/readyz").json() == {"status": "ok"}
    with socket.create_connection(("::1", server.port), timeout=5):
        pass


def test_readiness_does_not_wait_for_the_provider_library(serve: Callable[..., Server]) -> None:
    server = serve()
    maps = Path(f"/proc/{server.process.pid}/maps")
    if maps.exists():
        assert "litellm" not in maps.read_text()


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.1", "example.invalid"])
def test_without_a_token_nobody_else_is_let_in(serve: Callable[..., Server], host: str) -> None:
    server = serve(host=host)
    assert server.process.wait(10) == 2
    assert server.told["code"] == "token_required"
    assert "NODEBUILDER_TOKEN" in server.told["remedy"]
    assert not (server.data_dir / "nodebuilder.db").exists()


def test_with_a_token_others_are_let_in_under_the_address_they_use(serve: Callable[..., Server]) -> None:
    server = serve(host=EVERYWHERE, token="a-long-token-for-others")
    with server.client() as client:
        assert client.get("/api/info").status_code == 200
        assert client.get("/api/info", headers={"authorization": ""}).status_code == 401
        assert client.get("/api/info", headers={"host": f"{EVERYWHERE}:{server.port}"}).status_code == 421


def test_a_port_that_is_taken_is_said_to_be(serve: Callable[..., Server], tmp_path: Path) -> None:
    first = serve()
    second = serve(tmp_path / "second", port=str(first.port))
    assert second.process.wait(10) == 2
    assert second.told["code"] == "port_in_use"
    assert str(first.port) in second.told["message"]


def test_one_folder_has_one_server(serve: Callable[..., Server]) -> None:
    first = serve()
    second = serve()
    assert second.process.wait(10) == 2
    assert second.told["code"] == "in_use"
    assert f"http://localhost:{first.port}" in second.told["message"]
    with first.client() as client:
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_stops_at_once(serve: Callable[..., Server], how: signal.Signals) -> None:
    server = serve()
    began = time.monotonic()
    assert server.stop(how) == 0
    assert time.monotonic() - began < 10
    assert server.log() == ""
    assert serve().told["port"]


async def test_a_busy_server_stops_in_order_and_tells_everybody(serve: Callable[..., Server]) -> None:
    """Runs under way, watchers of both kinds, half-open requests and a stalled upload."""
    server = await asyncio.to_thread(serve)
    run_id = await asyncio.to_thread(server.run, one("slow", seconds=300))
    half_open = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    for connection in half_open[:10]:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x")
    for connection in half_open[10:]:
        head = f"POST /api/files HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nX-Requested-With: nodebuilder\r\n"
        form = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n--b\r\n"
        connection.sendall((head + form).encode())
    async with connect(server.live, proxy=None) as watcher:
        await watcher.send(json.dumps({"type": "watch", "run_id": run_id}))
        while json.loads(await watcher.recv())["type"] != "event":
            pass
        streaming = asyncio.create_task(asyncio.to_thread(stream_to_the_end, server, run_id))
        await asyncio.sleep(0.3)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        kinds: list[str] = []
        with pytest.raises(ConnectionClosed):  # noqa: PT012 - it reads until the server closes
            while True:
                message = json.loads(await watcher.recv())
                kinds.append(message.get("event", {}).get("kind", message["type"]))
        assert "run_finished" in kinds
        assert (await streaming)[-1] == "run_finished"
    assert await asyncio.to_thread(server.process.wait, 15) == 0
    assert time.monotonic() - began < 10
    for connection in half_open:
        connection.close()
    assert "Traceback" not in server.log(), server.log()
    assert status_of(server, run_id) == "cancelled"


def stream_to_the_end(server: Server, run_id: str) -> list[str]:
    with server.client() as client, client.stream("GET", f"/api/runs/{run_id}/events") as stream:
        return [line.removeprefix("event: ") for line in stream.iter_lines() if line.startswith("event: ")]


def status_of(server: Server, run_id: str) -> str:
    with sqlite3.connect(server.data_dir / "nodebuilder.db") as database:
        return str(database.execute("select status from runs where id = ?", (run_id,)).fetchone()[0])


@pytest.fixture
def silent_provider() -> Iterator[tuple[str, list[bytes]]]:
    """A provider that takes requests and never answers."""
    asked: list[bytes] = []
    over = threading.Event()

    class Silent(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["content-length"])))
            over.wait(30)

        def log_message(self, *_: Any) -> None:
            pass

    silent = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    silent.daemon_threads = True
    threading.Thread(target=silent.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{silent.server_address[1]}/v1", asked
    over.set()
    silent.shutdown()
    silent.server_close()


def test_a_paid_call_without_an_answer_does_not_hold_the_end_up(
    serve: Callable[..., Server], silent_provider: tuple[str, list[bytes]]
) -> None:
    url, asked = silent_provider
    server = serve(openai_base_url=url)
    run_id = server.run(PICTURE, values={"image": {"api_key": "sk-a-key-of-the-tests-123"}})
    deadline = time.monotonic() + 30
    while not asked and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(asked) == 1
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 10
    with sqlite3.connect(server.data_dir / "nodebuilder.db") as database:
        ((state, charged),) = database.execute("select state, charged from receipts").fetchall()
    assert (state, charged) in {("sent", "unknown"), ("unknown", "unknown")}
    assert status_of(server, run_id) == "cancelled"
    again = serve(openai_base_url=url)
    receipt = again.ended(run_id)["receipts"][0]
    assert receipt["charged"] == "unknown"
    assert len(asked) == 1


def test_a_stopping_server_begins_nothing(serve: Callable[..., Server]) -> None:
    server = serve()
    server.run(one("slow", seconds=300))
    statuses: set[int] = set()
    with server.client() as client, pytest.raises(httpx.TransportError):  # noqa: PT012 - it asks until nobody answers
        server.process.send_signal(signal.SIGTERM)
        while True:
            statuses.add(client.post("/api/runs", json={"workflow": TEXT}).status_code)
    assert statuses <= {202, 503}
    assert server.process.wait(15) == 0


def test_settings_outlive_the_server_and_those_of_its_start_go_first(tmp_path: Path) -> None:
    server = start(tmp_path)
    with server.client() as client:
        changed = client.patch("/api/settings", json={"max_firings_per_node": 5, "max_cost_usd_per_day": 2.5})
        assert changed.status_code == 200
    server.stop()
    again = start(tmp_path, max_cost_usd_per_day="7")
    with again.client() as client:
        told = client.get("/api/settings").json()
    assert (told["max_firings_per_node"], told["max_cost_usd_per_day"]) == (5, 7.0)
    again.stop()


def test_an_address_that_was_given_is_that_of_pictures(serve: Callable[..., Server]) -> None:
    server = serve(public_url="https://pictures.example/nb", sandbox="true")
    run = server.ended(server.run(PICTURE), 60)
    assert run["outputs"]["image"]["image_url"].startswith("https://pictures.example/nb/servable/gpt_image_")
