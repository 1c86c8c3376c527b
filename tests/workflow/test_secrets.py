from __future__ import annotations

from nodebuilder.workflow.model import with_values
from nodebuilder.workflow.secrets import extract_keys
from nodebuilder.workflow.write import save
from tests.workflow.documents import LIBRARY, document

KEY = "sk-" + "abc"


def test_keys_are_taken_out_of_secret_widgets_only() -> None:
    workflow = document(
        nodes={
            "a": {"type": "picture", "values": {"api_key": f" {KEY}\n", "size": "small"}},
            "b": {"type": "picture", "values": {"api_key": "work"}},
            "c": {"type": "text", "values": {"value": KEY}},
            "d": {"type": "of_someone", "values": {"api_key": KEY}},
            "e": {"type": "picture", "values": {"api_key": 5}},
            "f": 7,
        }
    )
    clean, keys = extract_keys(workflow, LIBRARY.definition)
    assert keys == {("a", "api_key"): KEY}
    assert clean.nodes["a"].values == {"api_key": "", "size": "small"}
    assert {name: node for name, node in clean.nodes.items() if name != "a"} == {
        name: node for name, node in workflow.nodes.items() if name != "a"
    }


def test_a_name_takes_the_place_of_a_stored_key() -> None:
    clean, keys = extract_keys(
        document(nodes={"a": {"type": "picture", "values": {"api_key": KEY}}}), LIBRARY.definition
    )
    named = with_values(clean, {node: {widget: "openai"} for node, widget in keys})
    assert KEY not in save(clean) + save(named)
    assert named.nodes["a"].values == {"api_key": "openai"}


def test_a_workflow_without_keys_stays_the_same() -> None:
    workflow = document(nodes={"a": {"type": "picture", "values": {"api_key": ""}}})
    clean, keys = extract_keys(workflow, LIBRARY.definition)
    assert clean is workflow
    assert keys == {}
