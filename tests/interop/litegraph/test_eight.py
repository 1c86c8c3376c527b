"""The eight workflows that the earlier system was tested with: imported, and run to the values that they assert."""

from __future__ import annotations

import pytest

from tests.interop.litegraph.old import EIGHT, graph, node
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


def test_what_stands_apart_from_the_start_does_not_hinder_it(terminal: Terminal) -> None:
    """The earlier engine left out nodes that it did not know, and never came to those that nothing leads to."""
    stray = [node(11, "ConcatenateArrayNode", [", "]), node(12, "OddNode", [1], inputs=("in",), outputs=("out",))]
    odd = node(13, "OddNode", [2], inputs=("in",))
    path = terminal.write(
        "stray.json",
        graph(
            [node(1, "NumberNode", [3]), node(2, "DisplayOutputNode", ["text"]), *stray, odd, node(14, "LogNode")],
            ("1.number_out > 2.data", "12.out > 13.in", "12.out > 14.value_in"),
            1,
        ),
    )
    said = terminal.say("run", path, "--json", "--data-dir", terminal.data)
    assert said.code == 0, said.err
    assert [shown["data"] for shown in said.json["displayed"]] == [3]
    assert said.json["firings"] == 2
    assert said.err.count('warning: odd: There is no node type "odd".') == 1


def test_an_unknown_node_that_a_run_comes_to_stops_it_before_it_begins(terminal: Terminal) -> None:
    odd = node(2, "OddNode", [1], inputs=("in",))
    path = terminal.write("odd.json", graph([node(1, "NumberNode", [3]), odd], ("1.number_out > 2.in",), 1))
    said = terminal.say("run", path, "--data-dir", terminal.data)
    assert said.code == 2
    assert 'There is no node type "odd".' in said.err
