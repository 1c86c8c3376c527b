from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from nodebuilder import node
from nodebuilder.errors import Problem
from nodebuilder.registry import Registry
from nodebuilder.values import JSON
from nodebuilder.workflow.check import MOST_PROBLEMS, blocks_run, check
from nodebuilder.workflow.read import from_json
from tests.workflow.documents import LIBRARY, document, documents

TEXT: JSON = {"type": "text"}
PICTURE: JSON = {"type": "picture"}
GOOD: dict[str, Any] = {
    "nodes": {
        "text": TEXT,
        "picture": {"type": "picture", "values": {"size": "large", "steps": 5.0, "api_key": "work", "sharp": True}},
        "model": {"type": "model"},
        "tool": {"type": "tool"},
        "show": {"type": "show"},
    },
    "links": [
        "text.text_out -> picture.prompt",
        "text.text_out -> model.prompt",
        "tool.use -> model.tools[0]",
        "model.calls[0] -> tool.call",
        "picture.image -> show.data",
    ],
    "start": "text",
    "layout": {"text": [0, 0]},
}


def problems(secrets: tuple[str, ...] | None = ("work",), **entries: Any) -> list[Problem]:
    return check(document(**{**GOOD, **entries}), LIBRARY, secrets=secrets)


def with_node(name: str, node: JSON, links: list[JSON] | None = None) -> dict[str, Any]:
    return {"nodes": {**GOOD["nodes"], name: node}, "links": [*GOOD["links"], *(links or [])]}


def alongside(**node: JSON) -> dict[str, Any]:
    """Return a workflow that starts everywhere, with a node x that hangs on another one."""
    return {**with_node("x", node, ["text.text_out -> x.value"]), "start": None}


def with_links(*links: JSON) -> dict[str, Any]:
    return {"links": [*GOOD["links"], *links]}


def with_values(**values: JSON) -> dict[str, Any]:
    return with_node("picture", {"type": "picture", "values": values})


def with_loop(*links: JSON) -> dict[str, Any]:
    nodes = {"loop": {"type": "loop"}, "end": {"type": "show"}, "tune": PICTURE}
    return {
        "nodes": {**GOOD["nodes"], **nodes},
        "links": [*GOOD["links"], "text.text_out -> loop.things", "loop.after -> end.data", *links],
    }


def with_loops(count: int) -> dict[str, Any]:
    nodes = {f"l{place}": {"type": "loop"} for place in range(count)}
    return {
        "nodes": {**GOOD["nodes"], **nodes},
        "links": [*GOOD["links"], *(f"text.text_out -> {name}.things" for name in nodes)],
    }


def with_two(kind: str) -> dict[str, Any]:
    two = {"x": {"type": kind}, "y": {"type": kind, "values": {"name": "x"}}}
    return {"nodes": {**GOOD["nodes"], **two}}


def test_a_published_workflow_with_its_doors_has_no_problem() -> None:
    doors = {"prompt": {"type": "input"}, "response": {"type": "output"}}
    assert problems(publish=["model", "tool"], nodes={**GOOD["nodes"], **doors}) == []


def test_a_workflow_without_fault_has_no_problem() -> None:
    assert problems() == []


Case = tuple[str, dict[str, Any], str | None, str | None, str | None]
ERRORS: list[Case] = [
    ("bad_field", {"links": {}, "nodes": {"text": TEXT}}, None, None, None),
    ("bad_field", {"nodes": None, "links": []}, None, None, None),
    ("bad_field", {"start": 5}, None, None, None),
    ("bad_field", with_node("x", {"type": 5}), "x", None, None),
    ("bad_field", with_node("x", {"type": "text", "values": [1]}), "x", None, None),
    ("bad_link", with_links("text.text_out to show.data"), None, None, None),
    ("bad_link", with_links(["text", "show"]), None, None, None),
    ("bad_link", with_links(None), None, None, None),
    ("bad_node", with_node("x", 5), "x", None, None),
    ("bad_node", with_node("x", None), "x", None, None),
    ("bad_id", with_node("not an id", TEXT), "not an id", None, None),
    ("bad_id", with_node("x" * 65, TEXT), "x" * 65, None, None),
    ("bad_id", with_node("", TEXT), "", None, None),
    ("missing_type", alongside(), "x", None, None),
    ("missing_type", alongside(type=""), "x", None, None),
    ("unknown_type", alongside(type="textt"), "x", None, None),
    ("unknown_type", alongside(type="../text"), "x", None, None),
    ("unknown_type", alongside(type="__class__"), "x", None, None),
    ("missing_node", with_links("texxt.text_out -> picture.style"), "picture", "style", None),
    ("missing_node", with_links("text.text_out -> nobody.data"), "text", "text_out", None),
    ("missing_socket", with_links("text.txt_out -> model.tools[1]"), "text", "txt_out", None),
    ("missing_socket", with_links("text.text_out -> picture.promt"), "picture", "promt", None),
    ("missing_socket", with_links("show.out -> picture.style"), "show", "out", None),
    ("slot_missing", with_links("tool.use -> model.tools"), "model", "tools", None),
    ("slot_missing", with_node("t", {"type": "tool"}, ["model.calls -> t.call"]), "model", "calls", None),
    ("slot_on_plain", with_links("text.text_out -> picture.style[0]"), "picture", "style", None),
    ("slot_on_plain", with_links("text.text_out[0] -> picture.style"), "text", "text_out", None),
    ("slot_out_of_range", with_links("tool.use -> model.tools[10000]"), "model", "tools", None),
    ("type_mismatch", with_links("picture.image -> model.tools[1]"), "model", "tools", None),
    ("self_link", with_links("picture.image -> picture.style"), "picture", "style", None),
    ("two_links", with_links("text.text_out -> picture.prompt"), "picture", "prompt", None),
    ("two_links", with_links("model.answer -> picture.prompt"), "picture", "prompt", None),
    ("slot_taken", with_links("tool.use -> model.tools[0]"), "model", "tools", None),
    ("missing_input", {**with_node("x", PICTURE, ["text.text_out -> x.style"]), "start": None}, "x", "prompt", None),
    ("missing_input", {"nodes": {"x": {"type": "join"}}, "links": [], "start": None}, "x", "parts", None),
    ("missing_value", with_values(size=None), "picture", None, "size"),
    ("bad_value", with_values(steps="5"), "picture", None, "steps"),
    ("bad_value", with_values(steps=5.5), "picture", None, "steps"),
    ("bad_value", with_values(sharp="false"), "picture", None, "sharp"),
    ("bad_value", with_values(api_key=["work"]), "picture", None, "api_key"),
    ("bad_option", with_values(size="huge"), "picture", None, "size"),
    ("out_of_range", with_values(steps=10), "picture", None, "steps"),
    ("secret_in_document", with_values(api_key="sk-abc"), "picture", None, "api_key"),
    ("missing_start", {"start": "nobody"}, None, None, None),
    ("bad_name", with_node("x", {"type": "input", "values": {"name": "two words"}}), "x", None, "name"),
    ("bad_name", with_node("1", {"type": "output"}), "1", None, "name"),
    ("duplicate_name", with_two("input"), "y", None, "name"),
    ("duplicate_name", with_two("output"), "y", None, "name"),
    ("too_many_loops", with_loops(201), None, None, None),
    ("back_from_outside", with_loop("loop.thing -> tune.prompt", "text.text_out -> loop.back"), "loop", "back", None),
    ("nothing_to_start", {"nodes": {}, "links": [], "start": None}, None, None, None),
    (
        "nothing_to_start",
        {
            "nodes": {"a": PICTURE, "b": PICTURE},
            "links": ["a.image -> b.prompt", "b.image -> a.prompt"],
            "start": None,
        },
        None,
        None,
        None,
    ),
]
WARNINGS: list[Case] = [
    ("newer_format", {"format": "nodebuilder/2"}, None, None, None),
    ("bad_field", {"description": 5}, None, None, None),
    ("bad_field", {"publish": "model"}, None, None, None),
    ("bad_field", with_node("x", {"type": "text", "ask": "yes"}), "x", None, None),
    ("unknown_publish", {"publish": ["web"]}, None, None, None),
    ("unknown_publish", {"publish": [5]}, None, None, None),
    ("no_output", {"publish": ["tool"]}, None, None, None),
    ("no_prompt", {"publish": ["model"], **with_node("x", {"type": "output"})}, None, None, None),
    ("bad_field", {"name": 5}, None, None, None),
    ("bad_field", {"layout": []}, None, None, None),
    ("bad_field", {"groups": {}}, None, None, None),
    ("bad_field", with_node("x", {"type": "text", "title": 5}), "x", None, None),
    ("unknown_widget", with_values(colour="red"), "picture", None, "colour"),
    ("unknown_widget", with_values(prompt="a cat"), "picture", None, "prompt"),
    ("missing_type", with_node("x", {}), "x", None, None),
    ("unknown_type", with_node("x", {"type": "textt"}), "x", None, None),
    ("unknown_type", {**with_node("x", {"type": "textt"}), "start": None}, "x", None, None),
    ("empty_body", with_loop("text.text_out -> tune.prompt"), "loop", "thing", None),
    ("nothing_comes_back", with_loop("loop.thing -> tune.prompt"), "loop", "back", None),
    ("retired_option", with_values(model="old"), "picture", None, "model"),
    ("unknown_secret", with_values(api_key="home"), "picture", None, "api_key"),
]


@pytest.mark.parametrize(("code", "entries", "node", "socket", "widget"), ERRORS)
def test_an_error_is_found_where_it_is(
    code: str, entries: dict[str, Any], node: str | None, socket: str | None, widget: str | None
) -> None:
    (found,) = problems(**entries)
    assert (found.code, found.severity, found.node, found.socket, found.widget) == (code, "error", node, socket, widget)
    assert_sentences(found)


@pytest.mark.parametrize(("code", "entries", "node", "socket", "widget"), WARNINGS)
def test_a_warning_is_found_where_it_is(
    code: str, entries: dict[str, Any], node: str | None, socket: str | None, widget: str | None
) -> None:
    (found,) = problems(**entries)
    assert (found.code, found.severity, found.node, found.socket, found.widget) == (
        code, "warning", node, socket, widget,
    )  # fmt: skip
    assert_sentences(found)


def assert_sentences(problem: Problem) -> None:
    assert problem.message[0].isupper() or problem.message[0] == '"' or problem.node
    assert problem.message.endswith((".", "?"))
    assert problem.remedy[0].isupper()
    assert problem.remedy.endswith((".", "?"))


ALLOWED: list[dict[str, Any]] = [
    {"start": None},
    {"start": None, "groups": None, "layout": None, "name": None},
    {"start": ""},
    with_links({"from": "text.text_out", "to": "picture.style"}),
    with_links("text.text_out->picture.style"),
    with_links("tool.use -> model.tools[9999]"),
    with_node("again", {"type": "tool"}, ["again.use -> again.call"]),
    with_node("x", {"type": "join"}, ["text.text_out -> x.parts[3]"]),
    with_node("n", {"type": "number"}, ["n.output -> picture.style"]),
    with_node("__proto__", TEXT),
    with_node("1", TEXT),
    with_values(),
    with_values(api_key=""),
    with_values(steps=1),
    with_values(steps=9),
    with_values(size="small", model="new"),
    with_node("text", {"type": "text", "values": {"value": "{{7*7}} ${HOME} __import__('os')"}, "title": None}),
]


@pytest.mark.parametrize("entries", ALLOWED)
def test_what_is_allowed_is_no_problem(entries: dict[str, Any]) -> None:
    assert problems(**entries) == []


@pytest.mark.parametrize(
    ("entries", "remedy"),
    [
        (with_node("x", {"type": "pictur"}), 'Did you mean "picture"?'),
        (with_values(size="smal"), 'Did you mean "small"?'),
        (with_values(siz="small"), 'Did you mean "size"?'),
        (with_links("text.text_ot -> picture.style"), 'Did you mean "text_out"?'),
        (with_links("pictur.image -> picture.style"), 'Did you mean "picture"?'),
        ({"start": "txt"}, 'Did you mean "text"?'),
        (with_values(size="x"), "Choose one of small, large."),
        (with_node("x", PICTURE), "Link an output of type TEXT to x.prompt."),
        (with_node("x", {"type": "join"}), "Link an output of type TEXT to x.parts[0]."),
    ],
)
def test_the_remedy_names_what_was_probably_meant(entries: dict[str, Any], remedy: str) -> None:
    assert [found.remedy.startswith(remedy) for found in problems(**entries)] == [True]


@node
async def greet(name: str, *, loud: bool = False) -> str: ...


def test_the_registry_is_a_library() -> None:
    workflow = document(nodes={"a": {"type": "greet", "values": {"loud": 1}}, "b": {"type": "grett"}})
    assert [(one.code, one.node) for one in check(workflow, Registry((greet,)))] == [
        ("bad_value", "a"),
        ("missing_input", "a"),
        ("unknown_type", "b"),
    ]


def test_all_problems_are_found_at_once_in_the_order_of_the_document() -> None:
    found = problems(
        start="nobody",
        nodes={"b": {"type": "nothing"}, "a": PICTURE, "show": {"type": "show"}, "c": 5},
        links=["a.imag -> show.data", "b.any -> a.promt", "?"],
    )
    assert [(one.code, one.node) for one in found] == [
        ("bad_link", None),
        ("missing_start", None),
        ("unknown_type", "b"),
        ("missing_input", "a"),
        ("missing_socket", "a"),
        ("missing_socket", "a"),
        ("bad_node", "c"),
    ]


def test_only_errors_block_a_run() -> None:
    assert not blocks_run([])
    assert not blocks_run(problems(format="nodebuilder/2"))
    assert blocks_run(problems(start="nobody"))


def test_a_document_with_very_many_problems_gets_as_many_as_can_be_read() -> None:
    found = problems(links=["?"] * 5000)
    assert len(found) == MOST_PROBLEMS + 1
    assert (found[-1].code, found[-1].severity) == ("more_problems", "error")


def test_an_error_beyond_the_list_still_blocks_a_run() -> None:
    values = {f"odd_{number}": 1 for number in range(1500)}
    found = problems(**with_values(**values, size="wrong"))
    assert not blocks_run(found[:-1])
    assert (found[-1].code, found[-1].severity) == ("more_problems", "error")


def test_problems_left_out_block_a_run_only_if_one_of_them_does() -> None:
    values = {f"odd_{number}": 1 for number in range(1500)}
    found = problems(**with_values(**values))
    assert found[-1].code == "more_problems"
    assert not blocks_run(found)


@given(documents)
def test_any_document_can_be_checked(value: dict[str, JSON]) -> None:
    for found in check(from_json(value), LIBRARY, secrets=()):
        assert found.message
        assert found.remedy


def test_a_missing_input_blocks_no_run_that_does_not_come_to_its_node() -> None:
    stray = with_node("x", PICTURE, ["x.image -> y.data"])
    stray["nodes"]["y"] = {"type": "show"}
    (found,) = problems(**stray)
    assert (found.code, found.severity, found.node) == ("missing_input", "warning", "x")
    (found,) = problems(**{**stray, "start": "x"})
    assert (found.code, found.severity, found.node) == ("missing_input", "error", "x")


def test_what_lies_about_beside_a_workflow_that_is_linked_blocks_no_run() -> None:
    (found,) = problems(**with_node("x", PICTURE), start=None)
    assert (found.code, found.severity) == ("missing_input", "warning")
    assert found.remedy == "Link an output of type TEXT to x.prompt."
    (alone,) = problems(nodes={"x": PICTURE}, links=[], start=None, layout={})
    assert alone.severity == "error"


def test_wrong_values_block_no_run_that_does_not_come_to_their_node() -> None:
    values = {"type": "picture", "values": {"steps": "many", "api_key": "sk-" + "a1" * 20}}
    stray = with_node("x", values)
    found = {problem.code: problem.severity for problem in problems(**stray)}
    assert found == {"bad_value": "warning", "secret_in_document": "error", "missing_input": "warning"}
    (reached,) = (each for each in problems(**{**stray, "start": "x"}) if each.code == "bad_value")
    assert reached.severity == "error"
