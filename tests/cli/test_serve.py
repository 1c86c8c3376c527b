from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nodebuilder.cli.serve import greeting, has_browser
from nodebuilder.server.serve import Ready
from nodebuilder.settings import load_settings
from tests.terminal import COMMAND, Terminal


@contextmanager
def serving(terminal: Terminal, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve on a free port; gives the process and its address."""
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", *arguments], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    try:
        lines: list[str] = []
        while not any("http://" in line for line in lines):
            lines.append(process.stdout.readline())
            assert lines[-1], lines
        yield process, next(line.strip() for line in lines if "http://" in line)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stdout.close()


def test_the_address_is_printed_when_the_server_answers(terminal: Terminal) -> None:
    with serving(terminal, "--sandbox") as (_, url):
        with urllib.request.urlopen(f"{url}/api/info", timeout=30) as answer:  # noqa: S310 - loopback
            told = json.load(answer)
        assert told["sandbox"] is True
        second = terminal.run("serve", "--port", "0")
        assert second.code != 0
        assert url.rpartition(":")[2] in second.err
    assert (terminal.data / "nodebuilder.db").is_file()


def test_other_machines_are_not_let_in_without_a_token(terminal: Terminal) -> None:
    said = terminal.say("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - it is refused
    assert said.code == 2
    assert said.err.splitlines()[0] == "Listening on 0.0.0.0 lets other machines in, and no token is set."


def test_the_greeting_says_what_matters() -> None:
    settings = load_settings(sandbox=True, data_dir="/data")
    lines = greeting(settings, Ready("http://localhost:8000", "http://localhost:8000", 8000, 0.5))
    assert "    http://localhost:8000" in lines
    assert any("sandbox is on" in line for line in lines)
    assert "Data: /data" in lines
    guarded = greeting(settings, Ready("http://localhost:8000", "http://localhost:8000/?token=x", 8000, 0.5))
    assert "    http://localhost:8000/?token=x" in guarded
    assert any("once" in line for line in guarded)


@pytest.mark.parametrize(
    ("environment", "platform", "there"),
    [
        ({}, "darwin", True),
        ({}, "win32", True),
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"WSL_DISTRO_NAME": "Ubuntu"}, "linux", True),
        ({"BROWSER": "firefox"}, "linux", True),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, "linux", False),
        ({"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, "darwin", False),
    ],
)
def test_a_browser_is_opened_only_where_there_is_one(environment: dict[str, str], platform: str, there: bool) -> None:
    assert has_browser(environment, platform) is there
