from __future__ import annotations

from nodebuilder.workflow.check_doors import door_problems
from tests.workflow.documents import document


def codes(**entries: object) -> list[str]:
    return [problem.code for problem in door_problems(document(**entries))]


def test_a_workflow_that_is_not_published_needs_no_output() -> None:
    assert codes(nodes={"prompt": {"type": "input"}}) == []


def test_a_near_miss_is_named() -> None:
    (problem, *_) = door_problems(document(publish=["tools"], nodes={"response": {"type": "output"}}))
    assert problem.remedy == 'Did you mean "tool"?'


def test_a_chat_model_may_take_all_messages_instead_of_the_last() -> None:
    doors = {"messages": {"type": "input", "values": {"type": "list"}}, "response": {"type": "output"}}
    assert codes(publish=["model"], nodes=doors) == []


def test_an_input_and_an_output_may_share_a_name() -> None:
    doors = {"a": {"type": "input", "values": {"name": "x"}}, "b": {"type": "output", "values": {"name": "x"}}}
    assert codes(nodes=doors) == []


def test_a_resource_needs_no_input() -> None:
    assert codes(publish=["resource"], nodes={"page": {"type": "output"}}) == []
