from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.mcpservers import HERE
from tests.terminal import Terminal

KEY = "sk-test-abcdefghijklmnop-0123456789"
RAW = str(HERE / "raw.py")


def test_servers_are_set_up_listed_and_forgotten(terminal: Terminal) -> None:
    kept = terminal.run("mcp-servers", "add", "files", "--env", "TOKEN=files", "--", sys.executable, RAW, "-y", "--url")
    assert (kept.code, kept.out) == (0, "")
    assert kept.err.splitlines() == [
        "There is no secret called files yet: `nodebuilder secrets set files`.",
        "The MCP server files is set up; `nodebuilder mcp-servers test files` tries it.",
    ]
    assert terminal.say("mcp-servers", "add", "web", "--url", "https://tools.example/mcp").code == 0
    files, web = terminal.say("mcp-servers", "list", "--json").json
    assert (files["command"], files["arguments"]) == (sys.executable, [RAW, "-y", "--url"])
    assert (files["variables"], files["folder"]) == ({"TOKEN": "files"}, str(Path.cwd()))
    assert web["url"] == "https://tools.example/mcp"
    assert terminal.say("mcp-servers", "list").out.splitlines()[1] == "web\thttps://tools.example/mcp\t-"
    assert terminal.say("mcp-servers", "rm", "files").code == 0
    assert [server["name"] for server in terminal.say("mcp-servers", "list", "--json").json] == ["web"]


def test_testing_a_server_lists_its_tools(terminal: Terminal) -> None:
    terminal.say("mcp-servers", "add", "raw", "--", sys.executable, RAW)
    said = terminal.run("mcp-servers", "test", "raw")
    assert (said.code, said.out) == (0, "one\tTool one\ntwo\tTool two\n")
    assert said.err == "The MCP server raw answers: 2 tools.\n"
    assert [tool["name"] for tool in terminal.say("mcp-servers", "test", "raw", "--json").json] == ["one", "two"]


def test_a_server_that_does_not_answer_is_told_without_a_traceback(terminal: Terminal) -> None:
    terminal.say("mcp-servers", "add", "down", "--url", "http://127.0.0.1:9/mcp")
    said = terminal.run("mcp-servers", "test", "down")
    assert said.code == 1
    assert said.err.splitlines()[0] == "The MCP server down cannot be reached: All connection attempts failed."
    assert "Traceback" not in said.err
    assert terminal.say("mcp-servers", "test", "nobody").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ["it"],
        ["it", "--url", "https://host/mcp", "--", "python"],
        ["it", "--url", f"https://host/mcp?key={KEY}"],
        ["it", "--url", "https://host/mcp", "--secret", KEY],
        ["it", "--env", f"TOKEN={KEY}", "--", "python"],
        ["it", "--", "python", "--key", KEY],
        ["it", "--env", "TOKEN", "--", "python"],
        ["it", "--header", "Host", "--url", "https://host/mcp", "--secret", "mine"],
    ],
)
def test_what_cannot_be_set_up_is_refused_and_no_key_is_kept(terminal: Terminal, words: list[str]) -> None:
    said = terminal.say("mcp-servers", "add", *words)
    assert said.code in (1, 2)
    assert len(said.err.splitlines()) == 2
    assert KEY not in said.out + said.err
    assert terminal.say("mcp-servers", "list", "--json").json == []


def test_forgetting_what_is_not_there_is_an_error(terminal: Terminal) -> None:
    said = terminal.say("mcp-servers", "rm", "nobody")
    assert said.code == 1
    assert said.err.splitlines()[0] == "There is no MCP server called nobody."
