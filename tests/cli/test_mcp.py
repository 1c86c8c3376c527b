"""`nodebuilder mcp` as a host starts it: a program that speaks the protocol and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from nodebuilder.cli.mcp import workflow_id
from tests.cli.test_serve import serving
from tests.terminal import COMMAND, Terminal

MODES = ("auto", "legacy")
HELLO = {
    "format": "nodebuilder/1",
    "name": "Hello",
    "nodes": {
        "name": {"type": "input", "values": {"name": "name", "required": True}},
        "out": {"type": "output", "values": {"name": "greeting"}},
    },
    "links": ["name.value -> out.value"],
    "layout": {},
}


def program(*arguments: object) -> StdioServerParameters:
    return StdioServerParameters(command=str(COMMAND), args=["mcp", *map(str, arguments)], env=dict(os.environ))


@pytest.mark.parametrize("mode", MODES)
async def test_a_file_is_a_tool(terminal: Terminal, mode: str) -> None:
    path = terminal.write("hello.flow.json", HELLO)
    async with Client(program(path), mode=mode) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["hello"]
        result = await client.call_tool("hello", {"name": "Ada"})
    assert result.structured_content == {"greeting": "Ada"}


@pytest.mark.parametrize("mode", MODES)
async def test_a_tool_node_draws_offline_and_its_picture_is_read(terminal: Terminal, mode: str) -> None:
    async with Client(program("--sandbox", "--tool", "gpt_image_tool"), mode=mode) as client:
        result = await client.call_tool("generate_image", {"prompt": "A lion"})
        link: Any = result.content[-1]
        assert [block.type for block in result.content] == ["text", "image", "resource_link"]
        assert (await client.read_resource(link.uri)).contents[0].mime_type == "image/png"


@pytest.mark.parametrize("mode", MODES)
async def test_a_server_that_has_the_folder_answers(terminal: Terminal, mode: str) -> None:
    with serving(terminal, "--sandbox") as (_, url):
        async with Client(program(), mode=mode) as client:
            assert (await client.list_tools()).tools == []
            put(url, "/api/workflows/hello", {"workflow": {**HELLO, "publish": ["tool", "prompt"]}})
            result = await client.call_tool("hello", {"name": "Ada"})
            assert result.structured_content == {"greeting": "Ada"}
            prompt: Any = await client.get_prompt("hello", {"name": "Bo"})
            assert prompt.messages[0].content.text == "Bo"


async def test_the_token_goes_along_from_the_environment(terminal: Terminal) -> None:
    terminal.monkeypatch.setenv("NODEBUILDER_TOKEN", "a-token-of-the-tests-0123456789")
    with serving(terminal, "--sandbox"):
        async with Client(program(), mode="legacy") as client:
            assert (await client.list_tools()).tools == []


def put(url: str, path: str, body: object) -> None:
    import urllib.request

    content, headers = json.dumps(body).encode(), {"content-type": "application/json"}
    asked = urllib.request.Request(url + path, content, headers, method="PUT")  # noqa: S310 - loopback
    urllib.request.urlopen(asked, timeout=30).close()  # noqa: S310 - loopback


def test_stdout_carries_the_protocol_alone_and_the_end_of_input_ends_it(terminal: Terminal) -> None:
    path = terminal.write("hello.flow.json", HELLO)
    asked = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    with subprocess.Popen(
        [COMMAND, "mcp", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("this is no protocol\n" + json.dumps(asked) + "\n")
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline())]
        while answers[-1].get("id") != 1:
            answers.append(json.loads(process.stdout.readline()))
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert not rest
    assert answers[-1]["result"]["serverInfo"]["name"] == "nodebuilder"


def test_a_file_that_cannot_be_read_is_said_before_the_protocol_begins(terminal: Terminal) -> None:
    said = terminal.run("mcp", "no-such.flow.json")
    assert said.code == 2
    assert not said.out
    assert "cannot be read" in said.err


@pytest.mark.parametrize(
    ("path", "name"), [("a/sunset.flow.json", "sunset"), ("sunset.json", "sunset"), ("sunset", "sunset")]
)
def test_a_tool_bears_the_name_of_its_file(path: str, name: str) -> None:
    assert workflow_id(Path(path)) == name
