from __future__ import annotations

import inspect

import pytest

from nodebuilder import errors
from nodebuilder.errors import (
    DefinitionError,
    InputError,
    NodeBuilderError,
    NodeError,
    Problem,
    ProviderError,
    TryAgain,
)


def classes() -> list[type[Exception]]:
    return [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, Exception)]


def test_the_tree_is_drawn_at_the_top_of_the_file() -> None:
    drawing = errors.__doc__ or ""
    for error in classes():
        assert error.__name__ in drawing


@pytest.mark.parametrize("error", classes())
def test_every_error_but_the_word_to_the_model_hangs_on_the_tree(error: type[Exception]) -> None:
    assert issubclass(error, NodeBuilderError) is (error is not TryAgain)


def test_an_error_carries_cause_remedy_and_code() -> None:
    error = InputError("It is empty.", "Write something.", code="empty", socket="prompt")
    assert (error.message, error.remedy, error.code, error.socket) == (
        "It is empty.",
        "Write something.",
        "empty",
        "prompt",
    )
    assert str(error) == "It is empty."


def test_a_code_given_to_one_error_does_not_change_its_class() -> None:
    InputError("x", code="special")
    assert InputError.code == "bad_input"
    assert NodeError("x").code == "node_failed"


def test_a_definition_error_names_file_and_line() -> None:
    error = DefinitionError("no type.", "Write it.", file="nodes/mine.py", line=7)
    assert error.message == "nodes/mine.py:7: no type."


def test_a_provider_error_says_whether_money_was_spent() -> None:
    error = ProviderError("It broke.", charged="unknown", retry_after=3.0)
    assert (error.charged, error.retry_after) == ("unknown", 3.0)


def test_a_problem_goes_out_whole() -> None:
    problem = Problem("dangling_link", "It ends nowhere.", "Remove it.", node="a", socket="in")
    assert problem.as_json() == {
        "code": "dangling_link",
        "severity": "error",
        "node": "a",
        "socket": "in",
        "widget": None,
        "message": "It ends nowhere.",
        "remedy": "Remove it.",
    }
