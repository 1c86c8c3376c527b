from __future__ import annotations

from nodebuilder.registry import load_registry
from nodebuilder.workflow.check import MOST_PROBLEMS, check
from nodebuilder.workflow.model import Link, Node, Workflow
from tests.workflow.test_check import TEXT, problems, with_links


def test_a_type_mismatch_names_both_types() -> None:
    (found,) = problems(**with_links("picture.image -> model.tools[1]"))
    assert "gives IMAGE" in found.message
    assert "wants TOOL" in found.message


def test_a_link_between_two_nodes_that_are_not_there_is_two_problems() -> None:
    found = problems(**with_links("ghost.a -> nobody.data"))
    assert [(one.code, one.node) for one in found] == [("missing_node", None)] * 2


def test_two_links_to_one_plain_input_are_found_even_with_slots() -> None:
    found = problems(**with_links("text.text_out -> picture.style[0]", "text.text_out -> picture.style"))
    assert [one.code for one in found] == ["slot_on_plain", "two_links"]


def test_names_are_compared_only_so_often_that_a_hostile_document_costs_little() -> None:
    names = [f"node_{number}" for number in range(3000)]
    found = problems(
        nodes=dict.fromkeys(names, TEXT), links=[f"nude_{n}.a -> nude_{n}.b" for n in range(20_000)], start=None
    )
    hinted = [one for one in found if one.remedy.startswith("Did you mean")]
    assert 50 <= len(hinted) <= 100
    assert len(found) == MOST_PROBLEMS + 1


def test_a_link_to_a_node_of_unknown_type_is_not_judged() -> None:
    found = problems(
        nodes={"text": TEXT, "x": {"type": "hologram"}},
        links=["text.text_out -> x.anything[3]", "x.whatever -> x.beam"],
    )
    assert [one.code for one in found] == ["unknown_type"]


def test_each_link_after_the_first_to_one_input_is_a_problem() -> None:
    again = "text.text_out -> picture.style"
    found = problems(**with_links(again, again, again))
    assert [one.code for one in found] == ["two_links", "two_links"]
    assert "text.text_out -> picture.style" in found[0].message


def test_whether_a_node_may_be_linked_to_itself_depends_on_the_widgets_that_rule_the_input() -> None:
    for wait, expected in ((True, ["self_link"]), (False, [])):
        nodes = {"list": Node("list", "string_array_creator", values={"wait_toggle": wait})}
        link = Link.parse("list.string_array -> list.inputs[0]")
        assert link is not None
        found = check(Workflow(nodes=nodes, links=(link,), start="list"), load_registry())
        assert [one.code for one in found] == expected
