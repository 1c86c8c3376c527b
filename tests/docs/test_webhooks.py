"""The guide to webhooks: its example listens on a real server, and both of its senders are run against it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import blocks
from tests.server.serving import Server, start
from tests.source import ROOT

PAGE = ROOT / "docs" / "guide" / "webhooks.md"
SECRET = "whsec_" + base64.b64encode(b"\x00\xff thirty-two bytes of a sender").decode()
PROGRAMS = {block.title: block.text for block in blocks(PAGE) if block.title}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which the example listens, once as it is and once signed."""
    started = start(tmp_path_factory.mktemp("guide"))
    example = json.loads((ROOT / "examples" / "webhook.flow.json").read_text())
    with started.client() as http:
        http.put("/api/secrets/orders", json={"value": SECRET}).raise_for_status()
        for name, secret in (("orders", ""), ("signed", "orders")):
            example["nodes"]["order"]["values"].update(path=f"/{name}", secret=secret)
            http.put(f"/api/workflows/{name}", json={"workflow": example}).raise_for_status()
            http.put(f"/api/workflows/{name}/listening").raise_for_status()
    yield started
    started.stop()


@pytest.mark.parametrize(
    ("program", "command", "item"),
    [("deliver.py", sys.executable, "a lamp"), ("deliver.sh", "bash", "a pump")],
)
def test_a_sender_of_the_guide_delivers_and_is_answered(
    server: Server, tmp_path: Path, program: str, command: str, item: str
) -> None:
    file = tmp_path / program
    file.write_text(PROGRAMS[program])

    def deliver(secret: str) -> subprocess.CompletedProcess[str]:
        url = f"{server.url}/hooks/signed"
        environment = {**os.environ, "HOOK_URL": url, "HOOK_SECRET": secret, "no_proxy": "*", "NO_PROXY": "*"}
        return subprocess.run([command, file], env=environment, capture_output=True, text=True, check=False)

    told = json.loads(deliver(SECRET).stdout)
    assert told["status"] == "succeeded"
    assert item in told["outputs"]["reply"]
    wrong = deliver("whsec_" + base64.b64encode(b"another").decode())
    assert "bad_signature" in wrong.stdout or "401" in wrong.stderr


def test_the_first_delivery_of_the_guide_is_answered_as_it_says(server: Server) -> None:
    line = next(line for line in PAGE.read_text().splitlines() if line.startswith("curl http"))
    command = line.replace("http://localhost:8000", server.url)
    said = subprocess.run(
        ["bash", "-c", f"{command} --silent --noproxy '*'"], capture_output=True, text=True, check=True
    )
    told = json.loads(said.stdout)
    assert told["outputs"] == {"reply": 'Thank you, we have got this: {"order": 18, "item": "a bell"}'}
