"""Older workflows with event nodes: imported, and run by themselves."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.interop.litegraph.old import graph, node
from tests.terminal import Terminal, terminal

__all__ = ["terminal"]

NODES = [
    node(1, "TextNode", ["soup"]),
    node(2, "AwaitEventNode", ["lunch", 5]),
    node(3, "DisplayOutputNode", ["text"]),
    node(4, "ReceiveEventNode", ["lunch"]),
    node(5, "ReturnEventDataNode"),
    node(6, "SendEventNode", ["eaten"]),
    node(7, "ReceiveEventNode", ["eaten"]),
    node(8, "AssertNode"),
]
LINKS = (
    "1.text_out > 2.data",
    "2.results > 3.data",
    "4.data > 5.return_data",
    "4.await_id > 5.await_id",
    "3.data_out > 6.data",
    "7.data > 8.actual",
    "7.data > 8.expected",
)


@pytest.mark.parametrize("command", ["run", "test"])
def test_events_sent_awaited_returned_and_received_in_one_file(terminal: Terminal, command: str) -> None:
    path = terminal.write("older.json", graph(deepcopy(NODES), LINKS, 1))
    said = terminal.say(command, path, *(["--json", "--data-dir", terminal.data] if command == "run" else []))
    assert said.code == 0, said.err + said.out
    if command == "run":
        assert [shown["data"] for shown in said.json["displayed"]] == ["soup"]
        assert said.json["outputs"]["await_event"] == {"results": "soup", "sent_count": 1}
        assert said.json["outputs"]["send_event"] == {"sent_count": 1}
        listed = terminal.say("runs", "list", "--json", "--data-dir", terminal.data).json
        assert [run["status"] for run in listed] == ["succeeded"] * 3
