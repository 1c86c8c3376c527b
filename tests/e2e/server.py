"""A real server for the tests of the editor: the real command, stopped and started again on the same port."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

NOWHERE = "http://127.0.0.1:9/v1"  # nothing listens there, and nobody is called
NODES = '''import asyncio
from pathlib import Path
from typing import Annotated, Literal

from nodebuilder import Code, Context, ImageUpload, KeyOf, NodeError, Number, Secret, Slider, Text, node


@node("slow", title="Slow", category="Test")
async def slow(ctx: Context, text: str, *, seconds: float = 60.0) -> str:
    """Wait a while."""
    for tenth in range(int(seconds * 10)):
        ctx.progress(tenth / (seconds * 10))
        await asyncio.sleep(0.1)
    return text


@node("held", title="Held", category="Test")
async def held(ctx: Context, text: str, *, path: str = "") -> str:
    """Wait until a file is there."""
    while not Path(path).exists():
        await asyncio.sleep(0.02)
    return text


@node("broken", title="Broken", category="Test")
async def broken(ctx: Context, text: str, *, words: int = 1) -> str:
    """Fail with a sentence."""
    raise NodeError("The bridge is out" + " and so is the ferry" * (words - 1) + ".", "Take the long way round.")


@node("form", title="Form", category="Test")
async def form(
    ctx: Context,
    *,
    line: str = "one line",
    lines: Annotated[str, Text(lines=4)] = "",
    count: Annotated[int, Number(minimum=0, maximum=10)] = 3,
    share: Annotated[float, Slider(0, 1, 0.1)] = 0.5,
    on: bool = False,
    kind: Literal["plain", "fancy"] = "plain",
    key: Annotated[Secret, KeyOf("openai")] = Secret(""),
    picture: Annotated[str, ImageUpload()] = "",
    source: Annotated[str, Code("python")] = "",
) -> str:
    """Hold one widget of each kind."""
    return f"{line}|{lines}|{count}|{share}|{on}|{kind}|{picture}|{source}"
'''


class Server:
    """One data folder and the command that serves it."""

    def __init__(self, folder: Path, *options: str, provider: str = NOWHERE, **settings: str) -> None:
        self.folder = folder
        self.settings = {f"NODEBUILDER_{name.upper()}": value for name, value in settings.items()}
        self.options = options
        self.provider = provider
        self.url = ""
        self._process: subprocess.Popen[str] | None = None
        (folder / "nodes").mkdir()
        (folder / "nodes" / "test_nodes.py").write_text(NODES)
        shutil.copy(Path(__file__).with_name("tool_nodes.py"), folder / "nodes")

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2] or "0"

    def start(self) -> None:
        """Start, on the port of the last time if there was one, and wait until it answers."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("NODEBUILDER_", "OPENAI_"))}
        ours = {
            "NODEBUILDER_OPENAI_BASE_URL": self.provider,
            "NODEBUILDER_KEY_FILE": str(self.folder / "secret.key"),
        }
        command = [sys.executable, "-m", "nodebuilder", "serve", "--port", self.port, "--no-open"]
        folders = ["--nodes", str(self.folder / "nodes"), "--data-dir", str(self.folder / "data")]
        with (self.folder / "log.txt").open("a") as log:
            self._process = subprocess.Popen(
                [*command, *folders, *self.options],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**kept, **ours, **self.settings},
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(r"http://localhost:\d+", line):
                self.url = found[0]
                return
        raise AssertionError(f"the server did not start: {(self.folder / 'log.txt').read_text()}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(15)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Call the HTTP interface as a program does; gives the JSON of the answer."""
        headers = {"X-Requested-With": "nodebuilder"}
        answer = httpx.request(method, self.url + path, json=body, headers=headers, timeout=20)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def forget(self) -> None:
        """Delete all kept workflows and secrets, so that the next page begins as the first one ever."""
        for workflow in self.api("GET", "/api/workflows")["workflows"]:
            self.api("DELETE", f"/api/workflows/{workflow['id']}")
        for secret in self.api("GET", "/api/secrets")["secrets"]:
            self.api("DELETE", f"/api/secrets/{secret['name']}")


@contextmanager
def served(folder: Path, *options: str, provider: str = NOWHERE, **settings: str) -> Iterator[Server]:
    """Serve a data folder until the end of the block."""
    server = Server(folder, *options, provider=provider, **settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()
