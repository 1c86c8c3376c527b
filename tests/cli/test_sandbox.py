from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request

import pytest

from tests.terminal import COMMAND, Terminal


def test_the_sandbox_is_served_alone_until_it_is_told_to_end(terminal: Terminal) -> None:
    serving = subprocess.Popen(
        [COMMAND, "sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert serving.stdout is not None
    said = "".join(serving.stdout.readline() for _ in range(4))
    found = re.search(r"OPENAI_BASE_URL=(\S+)\s+OPENAI_API_KEY=(\S+)", said)
    assert found, said
    url, key = found.groups()
    request = urllib.request.Request(f"{url}/models", headers={"Authorization": f"Bearer {key}"})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        assert json.load(answer)["data"]
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{url}/models", timeout=30)  # noqa: S310 - loopback
    serving.send_signal(signal.SIGINT)
    assert serving.wait(30) == 0
    serving.stdout.close()
    assert not terminal.data.exists()


def test_a_port_that_is_taken_is_said(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = terminal.say("sandbox", "--port", taken.getsockname()[1])
    assert said.code == 2
    assert len(said.err.splitlines()) == 2
    assert terminal.say("sandbox", "--port", "99999").code == 2
