from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import WorkflowError
from nodebuilder.workflow.model import Link, Node, Ref, Workflow, with_start, with_values
from nodebuilder.workflow.numbers import WrittenNumber, read_float, read_int
from nodebuilder.workflow.read import load
from tests.workflow.documents import LION, document

names = st.text("abcXYZ019_-", min_size=1, max_size=64)


@given(names, st.text("abcdefg_é-", min_size=1, max_size=20), st.none() | st.integers(0, 999_999))
def test_a_reference_is_read_back_as_it_was_written(node: str, socket: str, slot: int | None) -> None:
    ref = Ref(node, socket, slot)
    assert Ref.parse(str(ref)) == ref


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("llm.tools[0]", Ref("llm", "tools", 0)),
        ("a.b", Ref("a", "b")),
        ("a.b[007]", Ref("a", "b", 7)),
        ("a-1.größe", Ref("a-1", "größe")),
    ],
)
def test_a_reference_is_a_node_a_socket_and_perhaps_a_slot(text: str, ref: Ref) -> None:
    assert Ref.parse(text) == ref


@pytest.mark.parametrize(
    "text",
    ["", "a", "a.", ".b", "a.b.c", "a b.c", "a.b c", "a.b[", "a.b[]", "a.b[-1]", "a.b[1][2]", "a.b[x]", "a.b[٣]",
     "a.b\n", "é.b", "x" * 65 + ".b", "a.b[1234567]", "a." + "x" * 201],
)  # fmt: skip
def test_other_text_is_no_reference(text: str) -> None:
    assert Ref.parse(text) is None


def test_a_link_is_an_arrow_between_two_references() -> None:
    link = Link.parse("tool.output -> llm.tools[0]")
    assert link == Link(Ref("tool", "output"), Ref("llm", "tools", 0))
    assert link is not None
    assert link.written is None
    assert str(link) == "tool.output -> llm.tools[0]"


@pytest.mark.parametrize("written", ["a.b->c.d", " a.b  ->  c.d ", {"from": "a.b", "to": "c.d", "colour": "red"}])
def test_a_link_spelled_otherwise_is_understood_and_remembers_its_spelling(written: object) -> None:
    link = Link.parse(written)  # type: ignore[arg-type] - each is JSON
    assert link == Link(Ref("a", "b"), Ref("c", "d"))
    assert link is not None
    assert link.written == written


@pytest.mark.parametrize(
    "value",
    [None, 5, "", "a.b", "a.b -> ", "a.b -> c.d -> e.f", [], ["a.b", "c.d"], {}, {"from": "a.b"}, {"from": 1, "to": 2}],
)
def test_other_values_are_no_link(value: object) -> None:
    assert Link.parse(value) is None  # type: ignore[arg-type] - each is JSON


def test_setting_values_keeps_the_others_and_leaves_the_first_workflow_alone() -> None:
    before = load(LION)
    after = with_values(before, {"image": {"size": "1024x1536"}, "show": {}})
    assert after.nodes["image"].values == {"quality": "low", "size": "1024x1536"}
    assert before.nodes["image"].values == {"quality": "low"}
    assert list(after.nodes) == list(before.nodes)
    assert with_values(before, {}) is before


def test_setting_values_replaces_values_of_the_wrong_shape() -> None:
    before = document(nodes={"a": {"type": "text", "values": 5}})
    assert before.nodes["a"].raw == {"values": 5}
    after = with_values(before, {"a": {"value": "x"}})
    assert after.nodes["a"] == Node("a", "text", values={"value": "x"})


def test_values_for_a_node_that_is_not_there_are_refused_with_the_nodes_that_are() -> None:
    with pytest.raises(WorkflowError, match='no node "imagge"') as caught:
        with_values(load(LION), {"imagge": {"size": "x"}})
    assert caught.value.code == "missing_node"
    assert "prompt, image, show" in caught.value.remedy


def test_values_for_a_node_that_is_no_object_are_refused() -> None:
    with pytest.raises(WorkflowError) as caught:
        with_values(document(nodes={"a": 5}), {"a": {"value": 1}})
    assert caught.value.code == "bad_node"


def test_the_start_can_be_chosen_and_removed() -> None:
    workflow = with_start(load(LION), "image")
    assert workflow.start == "image"
    assert with_start(workflow, None).start is None
    assert with_start(document(start=5, nodes={"a": {}}), "a").raw == {}
    with pytest.raises(WorkflowError):
        with_start(workflow, "nobody")


def test_a_workflow_needs_nothing() -> None:
    assert Workflow() == Workflow(name="", nodes={}, links=())


def test_a_number_remembers_its_text_when_python_would_write_another() -> None:
    for text in ("1e5", "0.10", "1.50", "1E2"):
        number = read_float(text)
        assert isinstance(number, WrittenNumber)
        assert number.text == text
        assert number == float(text)
    for text in ("1.0", "0.5", "-0.0", "1e+16"):
        assert type(read_float(text)) is float
    assert read_int("12345678901234567890") == 12345678901234567890
    assert isinstance(read_int("-0"), WrittenNumber)
    assert read_int("9" * 5000) == float("inf")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda number: pickle.loads(pickle.dumps(number))])  # noqa: S301 - our own bytes
def test_a_copied_number_still_knows_its_text(copied: object) -> None:
    assert callable(copied)
    assert copied(WrittenNumber("1e5")).text == "1e5"
