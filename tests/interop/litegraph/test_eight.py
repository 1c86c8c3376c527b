"""The eight workflows that the earlier system was tested with: imported, and run to the values that they assert."""

from __future__ import annotations

import pytest

from tests.interop.litegraph.old import EIGHT
from tests.terminal import Terminal, terminal

__all__ = ["terminal"]
ASSERTED = {
    "test_1": [110],
    "test_2": ["b", "a, b, a"],
    "test_3": ["pre-a", "pre-b, pre-b"],
    "test_4": [15],
    "test_5": [160],
    "test_6": [20],
    "test_7": [20],
    "test_8": ["T1"],
}


@pytest.mark.parametrize("name", EIGHT)
def test_it_runs_from_its_start_and_every_assertion_holds(name: str, terminal: Terminal) -> None:
    data = EIGHT[name]
    said = terminal.say("run", terminal.write(f"{name}.json", data), "--json", "--data-dir", terminal.data)
    assert said.code == 0, said.err + said.out
    assert said.json["errors"] == []
    passed = {node: given["on_success"] for node, given in said.json["outputs"].items() if node.startswith("assert")}
    assert [passed[node] for node in sorted(passed)] == ASSERTED[name]


def test_what_must_not_fire_does_not(terminal: Terminal) -> None:
    said = terminal.say("run", terminal.write("t.json", EIGHT["test_8"]), "--json", "--data-dir", terminal.data)
    assert "text_2" not in said.json["outputs"]
    assert said.json["firings"] == 4
