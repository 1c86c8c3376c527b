"""Leaving: a real process ends, with its report and exit code, whatever nodes leave behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any

import pytest

from tests.cli.test_testing import compared
from tests.terminal import COMMAND, Terminal

NODES = """
import asyncio, sys, threading, time
from nodebuilder import node

HOUR = 3600
def begun():
    print("begun", flush=True)

@node("deaf")
async def deaf(value: str) -> str:
    begun()
    while True:
        try:
            await asyncio.sleep(HOUR)
        except asyncio.CancelledError:
            pass

@node("threaded")
async def threaded(value: str) -> str:
    await asyncio.to_thread(time.sleep, HOUR)
    return value

@node("blocks_a_thread", blocking=True)
def blocks_a_thread(value: str) -> str:
    time.sleep(HOUR)
    return value

@node("blocks_all")
def blocks_all(value: str) -> str:
    begun()
    time.sleep(HOUR)
    return value

@node("own_thread")
async def own_thread(value: str) -> str:
    threading.Thread(target=time.sleep, args=(HOUR,)).start()
    return value
"""


def through(kind: str) -> dict[str, Any]:
    document = compared("x", "x")
    document["nodes"]["odd"] = {"type": kind}
    document["links"] = ["a.value -> odd.value", "odd.output -> same.actual", "b.value -> same.expected"]
    return document


@pytest.mark.parametrize("kind", ["deaf", "threaded", "blocks_a_thread"])
def test_a_node_that_cannot_be_stopped_fails_and_holds_nobody(terminal: Terminal, kind: str) -> None:
    terminal.write("nodes/odd.py", NODES)
    terminal.write("a.flow.json", through(kind))
    terminal.write("b.flow.json", compared(1, 1))
    said = terminal.run("test", "--nodes", "nodes", "--timeout", 1, "--junit", "report.xml")
    assert said.code == 1
    assert "The workflow took longer than 1 seconds and was stopped." in said.out
    assert said.out.splitlines()[-1] == "1 passed, 1 failed"
    assert (terminal.folder / "report.xml").is_file()
    assert "Traceback" not in said.err
    assert "Task was destroyed" not in said.err


def test_more_blocked_threads_than_cores_keep_no_other_workflow_waiting(terminal: Terminal) -> None:
    terminal.write("nodes/odd.py", NODES)
    for number in range(40):
        terminal.write(f"a{number:02}.flow.json", through("blocks_a_thread"))
    terminal.write("b.flow.json", compared(1, 1))
    said = terminal.run("test", "--nodes", "nodes", "--timeout", 2, "--jobs", 41, "--quiet")
    assert said.out.splitlines()[-1] == "1 passed, 40 failed", said.out + said.err


def test_a_thread_that_a_node_began_does_not_outlast_the_command(terminal: Terminal) -> None:
    terminal.write("nodes/odd.py", NODES)
    terminal.write("a.flow.json", through("own_thread"))
    said = terminal.run("test", "--nodes", "nodes")
    assert (said.code, said.out.splitlines()[-1]) == (0, "1 passed, 0 failed")


def test_an_error_is_said_although_a_node_is_left_behind(terminal: Terminal) -> None:
    terminal.write("nodes/odd.py", NODES)
    terminal.write("a.flow.json", through("deaf"))
    said = terminal.run("test", "--nodes", "nodes", "--timeout", 1, "--junit", terminal.folder)
    assert said.code == 1
    assert "cannot be written" in said.err
    assert "Traceback" not in said.err


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("kind", ["deaf", "blocks_all"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_whatever_a_node_does(terminal: Terminal, kind: str, number: signal.Signals, code: int) -> None:
    terminal.write("nodes/odd.py", NODES)
    terminal.write("a.flow.json", through(kind))
    command = [str(COMMAND), "test", "--nodes", "nodes"]
    with subprocess.Popen(command, cwd=terminal.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(number)
        assert process.wait(60) == code
        assert process.stderr
        assert b"Traceback" not in process.stderr.read()
