from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.cli.set_off import one_line, set_off_line
from nodebuilder.events import NodeErrorReport, RunFinished
from nodebuilder.house.fired import Cause
from nodebuilder.workflow.model import Workflow

CAUSE = Cause("given:a", Workflow(name="a"), None, "hook")


@given(st.text())
def test_a_line_stays_one_line_and_says_nothing_to_the_terminal(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line) == len(text)


def test_plain_words_stay_as_they_are() -> None:
    assert one_line('an order 💥, "käse"') == 'an order 💥, "käse"'


def test_what_came_in_forges_no_line_and_no_key_is_told() -> None:
    error = NodeErrorReport("ask", "No number: \x1b[31mred\n12:00:00 other.flow.json sk-\nkey", "", "x")
    ended = RunFinished(1, "r", 2.0, "failed", {}, [], (error,), (), 0.25, 1, 0.1)
    line = set_off_line(CAUSE, ended, lambda text: text.replace("sk-\nkey", "[redacted]"))
    told = "No number: \ufffd[31mred\ufffd12:00:00 other.flow.json [redacted]"
    assert line == f"hook  set off: failed in 0.1 s, $0.25. ask: {told}"
