"""`/mcp` on a real server: hosts over HTTP, behind the same guard as everything else."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.server.serving import Server
from tests.server.test_guard import request

MODES = ("auto", "legacy")
HOLDS = {
    "format": "nodebuilder/1",
    "name": "It waits",
    "publish": ["tool"],
    "nodes": {
        "slow": {"type": "slow", "values": {"seconds": 60}},
        "out": {"type": "output", "values": {"name": "text"}},
    },
    "links": ["slow.output -> out.value"],
    "layout": {},
}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}
BOTH = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def hosting(server: Server) -> Iterator[Server]:
    """The server with a tool node and a slow workflow published."""
    with server.client() as http:
        assert http.patch("/api/settings", json={"published_tools": ["gpt_image_tool"]}).status_code == 200
        assert http.put("/api/workflows/holds", json={"workflow": HOLDS}).status_code == 200
        yield server
        http.patch("/api/settings", json={"published_tools": []})
        http.delete("/api/workflows/holds")


@pytest.mark.parametrize("mode", MODES)
async def test_a_host_lists_calls_and_reads(hosting: Server, mode: str) -> None:
    async with Client(f"{hosting.url}/mcp", mode=mode) as client:
        assert {"generate_image", "holds"} <= {tool.name for tool in (await client.list_tools()).tools}
        result = await client.call_tool("generate_image", {"prompt": "A lion"})
        assert [block.type for block in result.content] == ["text", "image", "resource_link"]
        link: Any = result.content[2]
        blob: Any = (await client.read_resource(link.uri)).contents[0]
    assert len(base64.b64decode(blob.blob)) == link.size
    with hosting.client() as http:
        served = http.get(link.uri.partition(str(hosting.port))[2])
    assert served.content == base64.b64decode(blob.blob)


@pytest.mark.parametrize(("mode", "kind"), [("auto", "image/png"), ("legacy", "image/webp")])
async def test_a_file_too_large_for_the_streams_of_older_hosts_comes_smaller(
    hosting: Server, mode: str, kind: str
) -> None:
    with hosting.client() as http:
        uploaded = http.post("/api/files", files={"file": ("big.png", noise(900, 700))}).json()
    async with Client(f"{hosting.url}/mcp", mode=mode) as client:
        contents: list[Any] = (await client.read_resource(uploaded["url"])).contents
    assert contents[0].mime_type == kind
    if mode == "legacy":
        assert uploaded["url"] in contents[1].text


def noise(width: int, height: int) -> bytes:
    """A picture that no format makes small, made in another process: Pillow is not for this one."""
    program = (
        "import sys; from io import BytesIO; from PIL import Image; from PIL.Image import effect_noise\n"
        f"image = Image.merge('RGB', [effect_noise(({width}, {height}), 200) for _ in range(3)])\n"
        "out = BytesIO(); image.save(out, 'PNG'); sys.stdout.buffer.write(out.getvalue())"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout


def test_the_bare_address_answers_without_a_detour(hosting: Server) -> None:
    with hosting.client() as http:
        answer = http.post("/mcp", json=INITIALIZE, headers=BOTH)
        assert answer.status_code == 200
        assert "nodebuilder" in answer.text
        session = answer.headers["mcp-session-id"]
        assert http.delete("/mcp", headers={"mcp-session-id": session}).status_code == 200
        assert http.post("/mcp", json=INITIALIZE, headers={**BOTH, "mcp-session-id": session}).status_code == 404
        assert http.get("/mcp/").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b"7", 400), (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}', 400)],
)
def test_nonsense_is_refused_and_harms_nobody(hosting: Server, body: bytes, status: int) -> None:
    headers = {**BOTH, "content-type": "application/json"}
    with hosting.client() as http:
        assert http.post("/mcp", content=body, headers=headers).status_code == status
        assert http.post("/mcp", content=body, headers={**headers, "mcp-protocol-version": "9"}).status_code == 400
        assert http.get("/api/info").status_code == 200


def test_a_web_page_cannot_speak_to_it(hosting: Server) -> None:
    there = {"Accept": BOTH["accept"]}
    assert hosting.status(request(hosting, "POST", "/mcp", INITIALIZE, Origin="http://evil.example", **there)) == 403
    assert hosting.status(request(hosting, "POST", "/mcp", INITIALIZE, Host="evil.example", **there)) == 421
    assert hosting.status(request(hosting, "POST", "/mcp", INITIALIZE, Content_Type="text/plain", **there)) == 415
    own = {"Origin": f"http://127.0.0.1:{hosting.port}", **there}
    assert hosting.status(request(hosting, "POST", "/mcp", INITIALIZE, **own)) == 200


@pytest.mark.parametrize("mode", MODES)
async def test_a_host_needs_the_token_where_one_is_set(locked: Server, mode: str) -> None:
    async with (
        httpx2.AsyncClient(headers=locked.headers) as http,
        Client(streamable_http_client(f"{locked.url}/mcp", http_client=http), mode=mode) as client,
    ):
        assert (await client.list_tools()).tools == []
    async with httpx.AsyncClient(base_url=locked.url, trust_env=False) as stranger:
        refused = await stranger.post("/mcp", json=INITIALIZE, headers=BOTH)
    assert refused.status_code == 401
    assert refused.json()["code"] == "unauthorized"


async def test_a_host_that_goes_away_ends_its_run(hosting: Server) -> None:
    async with Client(f"{hosting.url}/mcp", mode="auto") as client:
        call = asyncio.create_task(client.call_tool("holds", {}))
        await running(hosting, 1)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        await running(hosting, 0)


async def running(server: Server, count: int) -> None:
    async with asyncio.timeout(20), httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        while True:
            runs = (await http.get("/api/runs")).json()["runs"]
            if len([run for run in runs if run["status"] == "running"]) == count:
                return
            await asyncio.sleep(0.05)


async def test_a_host_with_a_stream_hears_of_a_new_tool(hosting: Server) -> None:
    heard = asyncio.Event()

    async def hear(message: Any) -> None:
        if "tools/list_changed" in str(message):
            heard.set()

    async with Client(f"{hosting.url}/mcp", mode="legacy", message_handler=hear) as client:
        await client.list_tools()
        async with httpx.AsyncClient(base_url=hosting.url, trust_env=False) as http:
            for attempt in range(40):  # the host opens its stream when it likes
                await http.put("/api/workflows/newer", json={"workflow": {**HOLDS, "name": f"Newer {attempt}"}})
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), 1)
                    break
            await http.delete("/api/workflows/newer")
    assert heard.is_set()


def test_the_server_ends_while_hosts_are_connected(serve: Callable[..., Server]) -> None:
    server = serve()
    with server.client() as http:
        session = http.post("/mcp", json=INITIALIZE, headers=BOTH).headers["mcp-session-id"]
    head = f"GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept: text/event-stream\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as stream:
        stream.sendall(f"{head}Mcp-Session-Id: {session}\r\n\r\n".encode())
        assert b" 200 " in stream.recv(4096)[:14]
        assert server.stop(signal.SIGTERM) == 0
    assert "Traceback" not in server.log()


def test_the_library_is_not_loaded_before_a_host_comes() -> None:
    program = "import sys, nodebuilder.server.serve; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", f"import json; {program}"], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert "mcp" not in loaded
    assert "mcp_types" not in loaded
