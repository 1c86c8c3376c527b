"""MCP servers over HTTP: URLs only, no secret told, and nothing that a stranger's file can start."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server.serving import Server, one
from tests.terminal import COMMAND

KEY = "sk-test-abcdefghijklmnop-0123456789"
URL = "https://tools.example/mcp"


@pytest.fixture
def alone(serve: Callable[..., Server]) -> Server:
    return serve()


def test_servers_at_a_url_are_set_up_listed_and_forgotten(alone: Server) -> None:
    with alone.client() as client:
        assert client.put("/api/mcp-servers/web", json={"url": URL, "secret": "web"}).status_code == 204
        (told,) = client.get("/api/mcp-servers").json()["servers"]
        assert (told["name"], told["url"], told["secret"], told["command"]) == ("web", URL, "web", "")
        assert client.put("/api/mcp-servers/web", json={"url": URL + "/2"}).status_code == 204
        assert client.get("/api/mcp-servers").json()["servers"][0]["secret"] == ""
        assert client.delete("/api/mcp-servers/web").status_code == 204
        assert client.delete("/api/mcp-servers/web").status_code == 404
        assert client.get("/api/mcp-servers").json() == {"servers": []}


@pytest.mark.parametrize("more", [{}, {"url": URL}, {"arguments": ["-c", "x"]}])
def test_a_command_never_enters_over_http(alone: Server, more: dict[str, Any]) -> None:
    with alone.client() as client:
        refused = client.put("/api/mcp-servers/it", json={"command": "python3", **more})
        assert refused.status_code == 422
        assert refused.json()["code"] == "command_over_http"
        assert "nodebuilder mcp-servers add" in refused.json()["remedy"]
        assert client.get("/api/mcp-servers").json() == {"servers": []}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": "file:///etc/passwd"},
        {"url": f"https://host/mcp?key={KEY}"},
        {"url": URL, "secret": KEY},
        {"url": URL, "header": "Host", "secret": "web"},
        {"url": URL, "arguments": ["-c"]},
        {"url": URL, "variables": {"PATH": "web"}},
    ],
)
def test_what_cannot_be_a_server_is_refused_and_nothing_echoed(alone: Server, body: dict[str, Any]) -> None:
    with alone.client() as client:
        refused = client.put("/api/mcp-servers/it", json=body)
        assert refused.status_code == 422
        assert KEY not in refused.text
        assert client.get("/api/mcp-servers").json() == {"servers": []}


def test_opening_checking_and_keeping_a_file_starts_nothing_running_it_does(alone: Server, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    program = f"open({str(mark)!r}, 'w').write('started')"
    with alone.client() as client:
        workflow = one("mcp_tools", server="evil", command=sys.executable, arguments=["-c", program])
        add = shlex.split(f"mcp-servers add evil --data-dir {alone.data_dir} -- {sys.executable} -c")
        subprocess.run([COMMAND, *add, program], check=True, capture_output=True)
        assert [server["name"] for server in client.get("/api/mcp-servers").json()["servers"]] == ["evil"]
        assert client.post("/api/check", json={"workflow": workflow}).status_code == 200
        assert client.put("/api/workflows/evil", json={"workflow": workflow}).status_code == 200
        assert client.get("/api/workflows/evil").status_code == 200
        assert client.get("/api/nodes").status_code == 200
        assert not mark.exists()
        run_id = client.post("/api/runs", json={"workflow": "evil"}).json()["run_id"]
        with client.stream("GET", f"/api/runs/{run_id}/events") as events:
            told = events.read().decode()
        assert mark.read_text() == "started"
        assert "mcp_unreachable" in told
