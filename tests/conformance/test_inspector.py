"""The Inspector, the official program to try servers with, lists and calls."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conformance import npm
from tests.server.serving import Server

CLI = ".bin/mcp-inspector"
pytestmark = pytest.mark.parametrize("folder", ["inspector"], indirect=True)


def inspect(folder: str, server: Server, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    address = (f"{server.url}/mcp", "--transport", "http")
    return npm.run(folder, CLI, "--cli", *address, "--method", *arguments, home=home)


def test_the_tools_are_listed_and_their_schemas_are_portable(folder: str, hosting: Server, tmp_path: Path) -> None:
    done = inspect(folder, hosting, tmp_path, "tools/list", "--strict")
    assert done.returncode == 0, done.stderr
    tools = {tool["name"]: tool for tool in json.loads(done.stdout)["tools"]}
    assert tools["test_sampling"]["inputSchema"]["required"] == ["prompt"]
    assert tools["json_schema_2020_12_tool"]["inputSchema"]["$defs"]["address"]["$anchor"] == "addressDef"


def test_a_tool_is_called(folder: str, hosting: Server, tmp_path: Path) -> None:
    done = inspect(folder, hosting, tmp_path, "tools/call", "--tool-name", "test_image_content")
    assert done.returncode == 0, done.stderr
    kinds = [block["type"] for block in json.loads(done.stdout)["content"]]
    assert kinds == ["image", "resource_link"]


def test_an_unknown_tool_is_told_of(folder: str, hosting: Server, tmp_path: Path) -> None:
    done = inspect(folder, hosting, tmp_path, "tools/call", "--tool-name", "no-such-tool")
    assert done.returncode == 5
    assert "tool_not_found" in done.stdout + done.stderr


def test_the_modern_protocol_is_spoken(folder: str, hosting: Server, tmp_path: Path) -> None:
    done = inspect(folder, hosting, tmp_path, "prompts/list", "--protocol-era", "modern")
    assert done.returncode == 0, done.stderr
    assert "test_simple_prompt" in {prompt["name"] for prompt in json.loads(done.stdout)["prompts"]}
