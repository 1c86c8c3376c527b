"""How much processor time it takes until the terminal answers and until the server is ready."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.result import Result

ROUNDS = 7
BARE = [sys.executable, "-c", "pass"]
COMMAND = [sys.executable, "-m", "nodebuilder"]


def measure() -> Iterator[Result]:
    """Yield the CPU seconds of the light commands and of the way to a server that answers."""
    yield Result("start", "python -c pass", _median(lambda: _finished(BARE)), "s CPU")
    yield Result("start", "--version", _median(lambda: _finished([*COMMAND, "--version"])), "s CPU", at_most=0.3)
    yield Result("start", "nodes", _median(lambda: _finished([*COMMAND, "nodes"])), "s CPU")
    yield Result("start", "server ready", _median(_ready), "s CPU", at_most=1.5)


def _median(once: Callable[[], float]) -> float:
    return statistics.median(once() for _ in range(ROUNDS))


def _finished(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _ready() -> float:
    """Start a server on an empty folder and return the CPU seconds it had used when it said that it was ready."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NODEBUILDER_KEY_FILE": str(Path(folder) / "secret.key")}
        command = [*COMMAND, "serve", "--sandbox", "--no-open", "--port", "0", "--data-dir", str(Path(folder) / "data")]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        assert process.stdout is not None
        for line in process.stdout:
            if "http://" in line:
                break
        used = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        process.terminate()
        process.wait(15)
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")
