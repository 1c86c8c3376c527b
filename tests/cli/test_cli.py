from __future__ import annotations

import ast
import subprocess
import sys

import nodebuilder
from tests.terminal import COMMAND, Terminal


def test_the_version_is_one_line(terminal: Terminal) -> None:
    answer = terminal.run("--version")
    assert (answer.code, answer.out, answer.err) == (0, f"nodebuilder {nodebuilder.__version__}\n", "")


def test_the_version_needs_little_cpu_and_not_even_typer() -> None:
    program = (
        "import sys, time; sys.argv = ['nodebuilder', '--version']\n"
        "from nodebuilder.cli import main; main()\n"
        "print((time.process_time(), sorted(sys.modules)), file=sys.stderr)"
    )
    ends = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True) for _ in "123"]
    told = [ast.literal_eval(end.stderr) for end in ends]
    assert min(seconds for seconds, _ in told) < 0.3
    assert not {"typer", "rich", "pydantic", "asyncio"} & set(told[0][1])


def test_alone_it_explains_itself_in_ten_lines(terminal: Terminal) -> None:
    answer = terminal.run()
    assert answer.code == 0
    assert len(answer.out.splitlines()) <= 10
    assert "nodebuilder serve" in answer.out
    assert "--help" in answer.out


def test_the_command_is_installed() -> None:
    assert COMMAND.is_file()
