"""`nodebuilder listen` as a process of its own, on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.cli.listen import where
from tests.terminal import COMMAND, Terminal

HOOK: dict[str, Any] = {
    "format": "nodebuilder/1",
    "name": "Hook",
    "nodes": {
        "hook": {"type": "webhook", "values": {"path": "/order", "answer": "result"}},
        "pass_on": {"type": "await_event", "values": {"event_id_widget": "packed"}},
        "reply": {"type": "output", "values": {"name": "reply"}},
    },
    "links": ["hook.received_data -> pass_on.data", "pass_on.results -> reply.value"],
}
OLDER: dict[str, Any] = {
    "nodes": [
        {"id": 1, "type": "Events/ReceiveEventNode", "pos": [0, 0], "outputs": [
            {"name": "data", "type": "*", "links": [1]},
            {"name": "event_id", "type": "TEXT", "links": []},
            {"name": "await_id", "type": "TEXT", "links": [2]},
        ], "widgets_values": ["packed"]},
        {"id": 2, "type": "Events/ReturnEventDataNode", "pos": [300, 0], "inputs": [
            {"name": "return_data", "type": "*", "link": 1},
            {"name": "await_id", "type": "TEXT", "link": 2},
        ], "outputs": [{"name": "confirmed", "type": "TEXT", "links": []}]},
    ],
    "links": [[1, 1, 0, 2, 0, "*"], [2, 1, 2, 2, 1, "TEXT"]],
    "version": 0.4,
}  # fmt: skip


@contextmanager
def listening(*arguments: object) -> Generator[tuple[subprocess.Popen[str], list[str]]]:
    """Listen on a free port; gives the process and what it printed first."""
    process = subprocess.Popen(
        [COMMAND, "listen", "--port", "0", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=dict(os.environ),
    )
    assert process.stdout is not None
    try:
        lines: list[str] = []
        while not (lines and lines[-1].startswith("Stop with")):
            lines.append(process.stdout.readline())
            assert lines[-1], lines
        yield process, [line.rstrip() for line in lines]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)
        process.stdout.close()


def deliver(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        return json.load(answer)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_files_listen_until_they_are_stopped_and_each_run_is_told(terminal: Terminal, ending: signal.Signals) -> None:
    files = terminal.write("hook.flow.json", HOOK), terminal.write("packer.json", OLDER)
    with listening(*files) as (process, lines):
        base = lines[0].rpartition(" ")[2]
        assert lines[0] == f"2 listening at {base}"
        assert lines[1] == f"hook.flow.json  hook: POST {base}/hooks/order"
        assert lines[2] == 'packer.json  receive_event: event "packed"'
        assert deliver(f"{base}/hooks/order", {"item": 7})["outputs"]["reply"] == '{"item": 7}'
        assert process.stdout is not None
        told = [process.stdout.readline()[8:].rstrip().rpartition(" in ")[0] for _ in range(2)]
        assert told == [
            "  packer.json  receive_event  set off: succeeded",
            "  hook.flow.json  hook  set off: succeeded",
        ]
        process.send_signal(ending)
        assert process.wait(30) == 0
    listed = terminal.say("runs", "list", "--json").json
    assert [run["workflow_id"] for run in listed] == [None, None]


def test_nothing_listens_unless_all_files_can(terminal: Terminal) -> None:
    chat: dict[str, Any] = {
        "format": "nodebuilder/1",
        "name": "Chat",
        "nodes": {"chat": {"type": "display_input"}},
        "links": [],
    }
    path = terminal.write("chat.flow.json", chat)
    said = terminal.run("listen", terminal.write("hook.flow.json", HOOK), path, "--port", "0")
    assert said.code == 2
    assert said.err.splitlines()[0] == f"{path}: The workflow has no node that listens."
    assert said.out == ""


def test_others_are_let_in_with_a_token_only(terminal: Terminal) -> None:
    path = terminal.write("hook.flow.json", HOOK)
    said = terminal.run("listen", path, "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - it is refused
    assert said.code == 2
    assert said.err.splitlines()[0] == "Listening on 0.0.0.0 lets other machines in, and no token is set."


def test_a_file_that_is_none_is_said(terminal: Terminal) -> None:
    assert terminal.run("listen", Path("nowhere.flow.json")).code == 2


def test_the_file_that_cannot_be_read_is_named_among_others(terminal: Terminal) -> None:
    good = terminal.write("hook.flow.json", HOOK)
    for content in ("{", "[]", '{"format": "nodebuilder/1", "nodes": {"a": 5}}'):
        broken = good.with_name("broken.flow.json")
        broken.write_text(content)
        said = terminal.run("listen", good, broken, "--port", "0")
        assert said.code == 2
        assert said.err.startswith(f"{broken}: "), content
        assert said.out == ""


def test_files_of_one_name_are_told_apart(terminal: Terminal) -> None:
    paths: list[Path] = []
    for folder in ("one", "two"):
        workflow = {**HOOK, "nodes": {**HOOK["nodes"], "hook": {"type": "webhook", "values": {"path": folder}}}}
        (terminal.folder / folder).mkdir()
        paths.append(terminal.write(f"{folder}/hook.flow.json", workflow))
    with listening(*paths) as (_, lines):
        assert [line.partition("  ")[0] for line in lines[1:3]] == [str(path) for path in paths]


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"type": "webhook", "url": "http://h/hooks/a", "method": "POST, PUT"}, "POST, PUT http://h/hooks/a"),
        ({"type": "receive_event", "listen_id": "lunch"}, 'event "lunch"'),
        ({"type": "schedule", "cron": "0 9 * * *", "next_at": None}, "0 9 * * *, next never"),
        ({"type": "display_input", "always": True}, "messages of the editor"),
        ({"type": "other"}, "other"),
    ],
)
def test_where_a_node_listens_is_told_in_words(node: dict[str, Any], words: str) -> None:
    assert where(node) == words
    assert where({"type": "schedule", "every": "every 1 h", "next_at": 0.0}).startswith("every 1 h, next 19")
