from __future__ import annotations

from nodebuilder.workflow.graph import Graph, Hints
from tests.workflow.documents import LIBRARY, document


def test_a_graph_knows_the_definition_of_each_node_and_the_inputs_that_are_fed() -> None:
    workflow = document(
        nodes={"a": {"type": "text"}, "b": {"type": "hologram"}, "c": {"type": "join"}},
        links=["a.text_out -> c.parts[0]", "a.text_out -> c.parts[1]", "a.text_out -> gone.data"],
    )
    graph = Graph.of(workflow, LIBRARY)
    assert graph.definitions == {"a": LIBRARY.definition("text"), "b": None, "c": LIBRARY.definition("join")}
    assert graph.fed == {("c", "parts"), ("gone", "data")}


def test_a_hint_names_the_nearest() -> None:
    assert Hints().near("promt", ["image", "prompt"]) == "prompt"
    assert Hints().near("zzz", ["image", "prompt"]) is None


def test_hints_run_out() -> None:
    hints = Hints(left=2)
    assert [hints.near("promt", ["prompt"]) for _ in range(3)] == ["prompt", "prompt", None]


def test_only_the_first_thousand_names_are_compared() -> None:
    names = [f"{number}" * 3 for number in range(1000)]
    assert Hints().near("prompt", [*names, "prompt"]) is None
    assert Hints().near("prompt", ["prompt", *names]) == "prompt"
