from __future__ import annotations

import io
import json
import logging
import re

import pytest
from rich.console import Console

from nodebuilder.cli import console
from nodebuilder.errors import NodeBuilderError
from tests.terminal import Terminal


def test_an_error_is_its_cause_and_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_error(NodeBuilderError("It is [bold]broken[/bold].", "Mend it."))
    console.show_error(NodeBuilderError("It is broken."))
    assert capsys.readouterr().err.splitlines() == ["It is [bold]broken[/bold].", "Mend it.", "It is broken."]


def test_json_is_utf8_whatever_the_locale(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    console.print_json({"text": "Fähre 🦁"})
    said = capsysbinary.readouterr().out
    assert json.loads(said) == {"text": "Fähre 🦁"}
    assert "Fähre 🦁".encode() in said


@pytest.mark.parametrize("value", [123456789012345678901234567890, -(2**64), "half a pair: \ud83d"])
def test_json_holds_what_other_writers_refuse(capsysbinary: pytest.CaptureFixture[bytes], value: object) -> None:
    console.print_json({"value": value})
    assert json.loads(capsysbinary.readouterr().out) == {"value": value}


def test_rows_are_tab_separated_when_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_table(("A", "B"), [("1", "[x]"), ("3", "4")])
    assert capsys.readouterr().out == "1\t[x]\n3\t4\n"


def test_rows_have_a_heading_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(console, "stdout", Console(file=out, force_terminal=True, width=80, color_system=None))
    console.print_table(("Name", "Kind"), [("a [b]", "c")])
    assert re.sub(r"\x1b\[\d*m", "", out.getvalue()).split() == ["Name", "Kind", "a", "[b]", "c"]


@pytest.mark.parametrize(("level", "lines"), [("debug", 2), ("warning", 1), ("error", 0)])
def test_log_lines_from_the_level_on_go_to_stderr(level: str, lines: int, terminal: Terminal) -> None:
    console.log_to_stderr(level)
    logging.getLogger("nodebuilder.test").debug("small")
    logging.getLogger("nodebuilder.test").warning("large")
    logging.getLogger("another.library").info("chatter")
    assert len(terminal.capture.readouterr().err.splitlines()) == lines
