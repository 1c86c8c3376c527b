from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from nodebuilder.definition import Widget
from nodebuilder.errors import InputError
from nodebuilder.workflow.check import check
from nodebuilder.workflow.read import load
from tests.workflow.documents import LIBRARY, Kinds, document, kind
from tests.workflow.test_check import problems, with_values


def test_a_key_is_never_repeated() -> None:
    for value in ("sk-verysecret", ["sk-verysecret"], {"sk-verysecret": 1}):
        assert "verysecret" not in str([found.as_json() for found in problems(**with_values(api_key=value))])


def test_names_of_secrets_are_only_looked_up_when_they_are_known() -> None:
    assert problems(secrets=None, **with_values(api_key="home")) == []
    assert [found.code for found in problems(secrets=(), **with_values(api_key="home"))] == ["unknown_secret"]


def test_the_default_of_a_widget_is_judged_like_a_value() -> None:
    model = Widget("model", "combo", "old", options=("new", "old"), option_warnings={"old": "old was retired."})
    library = Kinds((kind("draw", widgets=[model]),))
    (found,) = check(document(nodes={"a": {"type": "draw"}}), library)
    assert (found.code, found.message, found.widget) == ("retired_option", "old was retired.", "model")
    assert check(document(nodes={"a": {"type": "draw", "values": {"model": "new"}}}), library) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("1e400", "bad_value"), ("-0", "out_of_range"), ("5.0", None), ("5e0", None), ("9" * 400, "bad_value")],
)
def test_numbers_as_they_are_written_in_a_file_are_judged_by_their_value(text: str, code: str | None) -> None:
    workflow = load('{"nodes": {"a": {"type": "picture", "values": {"steps": ' + text + "}}}}")
    assert [found.code for found in check(workflow, LIBRARY) if found.widget] == [code] * (code is not None)


def test_every_wrong_value_of_a_node_is_found() -> None:
    found = problems(**with_values(colour=1, size="x", steps=[], sharp=None, api_key="sk-abc"))
    assert [(one.widget, one.code) for one in found] == [
        ("colour", "unknown_widget"),
        ("api_key", "secret_in_document"),
        ("size", "bad_option"),
        ("steps", "bad_value"),
        ("sharp", "missing_value"),
    ]


def test_values_that_do_not_go_together_are_found_once_each_is_fine_by_itself() -> None:
    def fits(values: Mapping[str, Any]) -> None:
        if values["least"] > values["most"]:
            raise InputError("The least is more than the most.", "Swap them.", code="bad_range", socket="least")

    widgets = [Widget("least", "number", 1, minimum=0), Widget("most", "number", 5)]
    library = Kinds((replace(kind("pick", widgets=widgets), check=fits),))

    def found(**values: float) -> list[tuple[str, str, str | None]]:
        problems = check(document(nodes={"a": {"type": "pick", "values": values}}), library)
        return [(problem.code, problem.message, problem.widget) for problem in problems]

    assert found() == []
    assert found(least=6) == [("bad_range", 'Node "a": the least is more than the most.', "least")]
    assert [code for code, _, _ in found(least=-1, most=-2)] == ["out_of_range"]
