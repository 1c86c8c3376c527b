from __future__ import annotations

import json
import os
import pty
import subprocess
import time

import pytest

from tests.terminal import COMMAND, Terminal

CALL = json.dumps({"id": "c1", "arguments": json.dumps({"operation": "add", "a": 1, "b": 2})})
ASKING = {
    "format": "nodebuilder/1",
    "nodes": {
        "call": {
            "type": "dictionary_input",
            "values": {
                "json_input": '{"id": "c1", "arguments": "{\\"operation\\": \\"add\\", \\"a\\": 1, \\"b\\": 2}"}'
            },
        },
        "calc": {"type": "calculator_tool", "ask": True},
    },
    "links": ["call.dictionary_out -> calc.tool_call"],
    "start": "call",
}


def test_all_calls_are_allowed_when_the_option_says_so(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("a.flow.json", ASKING), "--approve", "all", "--json")
    assert said.code == 0, said.err
    assert said.json["outputs"]["calc"]["output"] == {"id": "c1", "result": 3.0}
    assert "waits for your word before it calls calculator" in said.err


@pytest.mark.parametrize("approve", [(), ("--approve", "none")])
def test_where_nobody_can_be_asked_calls_are_refused(terminal: Terminal, approve: tuple[str, ...]) -> None:
    said = terminal.say("run", terminal.write("a.flow.json", ASKING), *approve, "--json")
    assert "nobody is there to ask" in said.json["outputs"]["calc"]["output"]["error"]
    assert "refused: nobody is there to ask" in said.err


@pytest.mark.parametrize(("typed", "answer"), [("y\n", "3.0"), ("no it is too dear\n", "it is too dear")])
def test_whoever_sits_at_the_terminal_is_asked(terminal: Terminal, typed: str, answer: str) -> None:
    """The program runs on a terminal of its own, and the answer is typed when the question is there."""
    file = terminal.write("a.flow.json", ASKING)
    master, slave = pty.openpty()
    command = [str(COMMAND), "run", str(file), "--data-dir", str(terminal.data), "--json"]
    program = subprocess.Popen(command, stdin=slave, stdout=subprocess.PIPE, stderr=slave, env={**os.environ})
    os.close(slave)
    seen, end = b"", time.monotonic() + 60
    while b"Allow it?" not in seen and time.monotonic() < end:
        seen += os.read(master, 4096)
    assert b"calc wants to call calculator" in seen
    os.write(master, typed.encode())
    out, _ = program.communicate(timeout=60)
    os.close(master)
    assert answer in out.decode()
