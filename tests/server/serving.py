"""A real server in a process of its own, and a few ways to speak to it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

PROGRAM = """
import json, logging, sys
from nodebuilder.errors import NodeBuilderError
from nodebuilder.server.serve import run_server
from nodebuilder.settings import load_settings

logging.basicConfig(stream=sys.stderr, level="WARNING")

def ready(told):
    print(json.dumps({"url": told.url, "launch_url": told.launch_url, "port": told.port, "cpu": told.cpu_seconds}))
    sys.stdout.flush()

try:
    run_server(load_settings(), ready)
except NodeBuilderError as error:
    print(json.dumps({"code": error.code, "message": error.message, "remedy": error.remedy}))
    sys.exit(2)
"""

NODES = '''
import asyncio
from nodebuilder import Context, node

@node
async def slow(ctx: Context, *, seconds: float = 30.0) -> str:
    """Wait."""
    await asyncio.sleep(seconds)
    return "done"

@node
async def pause(value: str, *, seconds: float = 30.0) -> str:
    """Wait, then pass on."""
    await asyncio.sleep(seconds)
    return value

@node
async def chatter(ctx: Context, *, count: int = 10, size: int = 10, pause: float = 0.0) -> str:
    """Say many things."""
    for number in range(count):
        ctx.log(f"{number} " + "x" * size)
        if number % 50 == 0:
            await asyncio.sleep(pause)
    return "said"

@node
async def crash(ctx: Context) -> str:
    """Break."""
    raise RuntimeError("it broke")
'''

TEXT = {
    "format": "nodebuilder/1",
    "name": "A text",
    "nodes": {"text": {"type": "text", "values": {"value": "hello"}}, "show": {"type": "display_output"}},
    "links": ["text.text_out -> show.data"],
    "start": "text",
    "layout": {"text": [0, 0], "show": [320, 0]},
}
PICTURE = {
    "format": "nodebuilder/1",
    "name": "A lion",
    "nodes": {
        "prompt": {"type": "text", "values": {"value": "A majestic lion"}},
        "image": {"type": "gpt_image", "values": {"quality": "low"}},
        "show": {"type": "display_output", "values": {"content_type": "image"}},
    },
    "links": ["prompt.text_out -> image.prompt", "image.image_url -> show.data"],
    "start": "prompt",
    "layout": {},
}


def one(node_type: str, **values: Any) -> dict[str, Any]:
    """A workflow of one node."""
    nodes = {"it": {"type": node_type, "values": values}}
    return {"format": "nodebuilder/1", "name": node_type, "nodes": nodes, "links": [], "layout": {}}


@dataclass
class Server:
    process: subprocess.Popen[str]
    data_dir: Path
    told: dict[str, Any]
    errors: Path
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.told["port"])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def live(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api/live"

    def client(self, **more: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=20, trust_env=False, **more)

    def raw(self, text: str | bytes, *, seconds: float = 5.0) -> bytes:
        """Send bytes and return all that comes back until the server is silent or closes."""
        sent = text.encode("latin-1") if isinstance(text, str) else text
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(sent)
            return read_answer(connection)

    def status(self, text: str | bytes) -> int:
        answer = self.raw(text)
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0

    def run(self, workflow: Mapping[str, Any] | str, **more: Any) -> str:
        with self.client() as http:
            answer = http.post("/api/runs", json={"workflow": workflow, **more})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["run_id"])

    def ended(self, run_id: str, seconds: float = 30.0) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        with self.client() as http:
            while time.monotonic() < deadline:
                run = http.get(f"/api/runs/{run_id}").json()
                if run["status"] != "running":
                    return run
                time.sleep(0.02)
        raise AssertionError(f"run {run_id} has not ended")

    def log(self) -> str:
        return self.errors.read_text()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(20)


def read_answer(connection: socket.socket) -> bytes:
    answer = b""
    try:
        while chunk := connection.recv(65536):
            answer += chunk
            head, found, body = answer.partition(b"\r\n\r\n")
            length = next((int(x[15:]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:")), None)
            if found and length is not None and len(body) >= length:
                break
            if found and (b" 204 " in head[:20] or b" 304 " in head[:20]):
                break
    except (TimeoutError, ConnectionResetError):
        pass
    return answer


def settings(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a server that keeps everything in `folder`."""
    nodes = folder / "nodes"
    nodes.mkdir(parents=True, exist_ok=True)
    (nodes / "for_tests.py").write_text(NODES)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NODEBUILDER_", "OPENAI_"))}
    given = {
        "data_dir": folder / "data",
        "key_file": folder / "keys" / "secret.key",
        "nodes_dir": nodes,
        "port": 0,
        **more,
    }
    return {**kept, **{f"NODEBUILDER_{name.upper()}": str(value) for name, value in given.items()}}


def start(folder: Path, **more: str) -> Server:
    """Start a server; it is ready when this returns, or says why not in `told`."""
    folder.mkdir(parents=True, exist_ok=True)
    errors = folder / f"stderr-{time.monotonic_ns()}.txt"
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=settings(folder, **more),
        )
    assert process.stdout
    line = process.stdout.readline()
    assert line, errors.read_text()
    token = more.get("token", "")
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return Server(process, folder / "data", json.loads(line), errors, token, headers)
