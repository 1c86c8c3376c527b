"""A terminal for tests: the real command, in a process of its own or in this one, over a temporary data folder."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.cli import main

COMMAND = Path(sys.executable).with_name("nodebuilder")


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


@dataclass
class Terminal:
    """Runs commands in `folder`; `say` in this process (quick), `run` in a process of its own (real)."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def write(self, name: str, document: Mapping[str, Any] | str) -> Path:
        """Write a file into the folder and return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    def say(self, *arguments: object, stdin: str = "") -> Answer:
        """Run a command in this process."""
        self.capture.readouterr()
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main([str(argument) for argument in arguments])
        said = self.capture.readouterr()
        return Answer(code, said.out, said.err)

    def run(self, *arguments: object, stdin: str = "", environment: Mapping[str, str] | None = None) -> Answer:
        """Run a command in a process of its own."""
        finished = subprocess.run(
            [COMMAND, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, **(environment or {})},
            timeout=100,
            check=False,
        )
        return Answer(finished.returncode, finished.stdout, finished.stderr)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    """A terminal whose settings all point into a temporary folder."""
    for name in [name for name in os.environ if name.startswith("NODEBUILDER_") or name.endswith("_API_KEY")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NODEBUILDER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NODEBUILDER_KEY_FILE", str(tmp_path / "secret.key"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    handlers = logging.getLogger().handlers[:]
    yield Terminal(tmp_path, monkeypatch, capsys)
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("nodebuilder").setLevel(logging.NOTSET)
