from __future__ import annotations

import pytest
from hypothesis import given

from nodebuilder.values import JSON
from nodebuilder.workflow.doors import Parameter, Result, parameters, results
from nodebuilder.workflow.read import from_json
from tests.workflow.documents import document, documents


def parameter(**values: JSON) -> Parameter:
    (found,) = parameters(document(nodes={"city": {"type": "input", "values": values}}))
    return found


def test_a_fresh_input_is_an_optional_text_that_bears_the_name_of_its_node() -> None:
    assert parameter() == Parameter("city", "city", "text", "", "", required=False)


def test_the_widgets_say_the_rest() -> None:
    assert parameter(name=" town ", type="image", default="a.png", description="Where") == Parameter(
        "city", "town", "image", "a.png", "Where", required=False
    )


@pytest.mark.parametrize(
    ("values", "required"),
    [
        ({"required": True}, True),
        ({"required": True, "default": "Berlin"}, False),
        ({"type": "number"}, True),
        ({"type": "number", "default": "0"}, False),
        ({"type": "list", "default": " "}, True),
        ({"type": "dictionary"}, True),
        ({"type": "boolean"}, True),
        ({"type": "image"}, False),
        ({"type": "any"}, False),
    ],
)
def test_what_has_no_empty_value_needs_a_default_or_is_required(values: dict[str, JSON], required: bool) -> None:
    assert parameter(**values).required is required


def test_results_are_the_output_nodes_in_their_order() -> None:
    nodes = {"b": {"type": "output", "values": {"name": "image"}}, "a": {"type": "output"}, "c": {"type": "text"}}
    assert results(document(nodes=nodes)) == (Result("b", "image"), Result("a", "a"))


@given(documents)
def test_any_document_has_doors(value: dict[str, JSON]) -> None:
    workflow = from_json(value)
    assert {each.node for each in parameters(workflow)} <= set(workflow.nodes)
    assert {each.node for each in results(workflow)} <= set(workflow.nodes)


def test_a_chat_takes_its_prompt_at_the_display_input() -> None:
    chat = {"type": "display_input", "values": {"message": "Hello"}}
    found = Parameter("chat", "prompt", "text", "Hello", "The message.", required=False, widget="message")
    assert parameters(document(nodes={"chat": chat, "second": chat})) == (found,)
    assert [each.name for each in parameters(document(nodes={"chat": chat, "size": {"type": "input"}}))] == [
        "size",
        "prompt",
    ]


@pytest.mark.parametrize("name", ["prompt", "messages"])
def test_an_input_node_comes_before_the_display_input(name: str) -> None:
    nodes = {"chat": {"type": "display_input"}, name: {"type": "input"}}
    assert [each.node for each in parameters(document(nodes=nodes))] == [name]
