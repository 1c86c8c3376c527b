"""A server with the nodes and workflows that the suites call by name."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.npm import install
from tests.server.serving import Server, start

HERE = Path(__file__).parent
TOOLS = ["json_schema_2020_12_tool", "test_x_mcp_header"]
"""The fixtures that are nodes; all others are workflows."""


@pytest.fixture(scope="package")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CONFORMANCE_URL", f"http://127.0.0.1:{port}")
        folder = tmp_path_factory.mktemp("conformance")
        server = start(folder, nodes_dir=str(HERE / "nodes"), port=str(port), sandbox="true")
    with server.client() as http:
        for path in sorted((HERE / "workflows").glob("*.flow.json")):
            name = path.name.removesuffix(".flow.json")
            answer = http.put(f"/api/workflows/{name}", json={"workflow": json.loads(path.read_text())})
            assert answer.status_code == 200, answer.text
        assert http.patch("/api/settings", json={"published_tools": TOOLS}).status_code == 200
    yield server
    server.stop()
    assert "Traceback" not in server.log(), server.log()[-4000:]


@pytest.fixture(scope="package")
def installed() -> dict[str, str]:
    """Why a folder could not be installed, by folder; npm's registry may be out of reach."""
    return {}


@pytest.fixture
def folder(request: pytest.FixtureRequest, installed: dict[str, str]) -> str:
    """The folder that the test is marked with, installed."""
    name = str(request.param)
    if name not in installed:
        installed[name] = install(name)
    if installed[name]:
        pytest.skip(installed[name])
    return name
