"""Tools as models are told of them, and calls as models write them: nothing that a model writes is ever a surprise."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from nodebuilder.nodes.toolbox import LONGEST_ARGUMENTS, BadCall, GoodCall, Toolbox, pack, plain_name, read_arguments
from nodebuilder.providers.chat import RequestedCall

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "minLength": 1, "pattern": "^[a-z]"},
        "number": {"type": "number", "multipleOf": 0.5},
        "list": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
        "choice": {"enum": ["a", "b", 3]},
        "deep": {"type": "object", "additionalProperties": {"$ref": "#/properties/text"}},
    },
    "required": ["text"],
}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries(
    {"text": st.text(max_size=4) | JSON_VALUES},
    optional={
        "number": st.integers() | st.floats() | JSON_VALUES,
        "list": st.lists(st.integers(), max_size=4) | JSON_VALUES,
        "choice": st.sampled_from(["a", "b", 3, "c"]),
        "deep": st.dictionaries(st.text(max_size=3), st.text(max_size=3)) | JSON_VALUES,
    },
)


def box(*definitions: Any) -> Toolbox:
    return pack(definitions, range(len(definitions)), lambda _: True)


BOX = box({"name": "tool", "input_schema": SCHEMA}, {"name": "open", "input_schema": {"type": "object"}})


@given(st.sampled_from(["tool", "open", "too", ""]), st.text() | JSON_VALUES.map(json.dumps) | NEARLY.map(json.dumps))
@example("tool", '{"text": "\\ud800"}')
@example("tool", '{"text": "a", "number": 1e308}')
@example("tool", '{"text": "a", "number": -0.0}')
@example("tool", '{"text": "a", "list": [1, 1.0, true]}')
@example("tool", '{"text": "a", "number": 1e999}')
@example("open", '{"a": 18446744073709551616}')
@example("open", "[" * 100_000)
@example("open", '{"a":' * 100_000)
@example("open", '{"a": ' + "9" * 5000 + "}")
@example("open", "\ufeff{}")
@example("open", "\x00")
def test_no_arguments_make_the_check_raise_and_a_good_call_satisfies_its_schema(name: str, text: str) -> None:
    found = BOX.check(RequestedCall("id", name, text))
    assert found.id == "id"
    if isinstance(found, GoodCall):
        assert Draft202012Validator(found.tool.schema).is_valid(found.arguments)
        assert found.as_value() == {"id": "id", "name": name, "arguments": dict(found.arguments)}
    else:
        assert 0 < len(found.why) < 3000


@given(NEARLY)
def test_what_the_schema_allows_is_a_good_call(arguments: dict[str, Any]) -> None:
    try:
        text = json.dumps(arguments, allow_nan=False)
        text.encode()
        allowed = Draft202012Validator(SCHEMA).is_valid(json.loads(text))
    except ValueError:
        return
    if not allowed or any(isinstance(value, int) and abs(value) >= 2**63 for value in _leaves(arguments)):
        return
    if any(
        "\ud800" <= letter <= "\udfff" for value in _leaves(arguments) if isinstance(value, str) for letter in value
    ):
        return
    assert isinstance(BOX.check(RequestedCall("id", "tool", text)), GoodCall)


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in (key, *_leaves(item))]
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]


@given(st.lists(st.text(max_size=80) | st.sampled_from(["a", "a_2", "ä", "a" * 70, "a" * 64]), max_size=12))
def test_names_are_what_every_provider_takes_and_differ(names: list[str]) -> None:
    packed = box(*({"name": name} for name in names))
    known = list(packed.tools)
    assert len(known) == len(set(known)) == sum(bool(name) for name in names)
    assert all(NAME.fullmatch(name) for name in known)
    assert [tool.own_name for tool in packed.tools.values()] == [name for name in names if name]
    assert all(NAME.fullmatch(plain_name(name)) for name in names)


@given(st.lists(JSON_VALUES | st.fixed_dictionaries({"name": JSON_VALUES, "input_schema": JSON_VALUES}), max_size=5))
def test_whatever_arrives_at_tools_is_packed_or_left_out(values: list[Any]) -> None:
    packed = box(*values)
    for tool in packed.tools.values():
        assert json.loads(json.dumps(tool.as_openai()))["function"]["name"] == tool.name
        Draft202012Validator.check_schema(tool.schema)
        packed.check(RequestedCall("id", tool.name, "{}"))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"properties": {"a": {"$ref": "#/nowhere"}}, "required": ["a"], "allOf": [{"$ref": "#/nowhere"}]},
        {"allOf": [{"$ref": "http://127.0.0.1:1/schema.json"}]},
        {"allOf": [{"$ref": "file:///etc/passwd"}]},
        {"$ref": "#"},
        {"minimum": "three"},
        {"required": "a"},
    ],
    ids=str,
)
def test_a_schema_that_cannot_be_used_leaves_its_tool_out_and_says_so(schema: dict[str, Any]) -> None:
    packed = box({"name": "odd", "input_schema": schema}, {"name": "good"})
    assert list(packed.tools) == ["good"]
    assert packed.unusable == ("The tool odd was left out: its definition cannot be used.",)


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"type": "string", "pattern": r"^\p{L}+$"}}},
        {"properties": {"a": {"type": "string", "pattern": "^(?<year>[0-9]{4})$"}}},
        {"patternProperties": {r"^\p{L}+$": {"type": "string"}}, "additionalProperties": False},
        {"properties": {"a": {"allOf": [{"pattern": "["}, {"type": "string"}]}}},
    ],
    ids=str,
)
def test_a_pattern_that_only_other_languages_understand_does_no_harm(schema: dict[str, Any]) -> None:
    """Many servers write their patterns in JavaScript: what cannot be read here is not checked here."""
    packed = box({"name": "js", "input_schema": {"type": "object", **schema}})
    found = packed.check(RequestedCall("id", "js", '{"a": "words"}'))
    assert isinstance(found, GoodCall), found
    assert packed.tools["js"].schema == {"type": "object", **schema}, "the model is told of it all the same"


def test_a_value_that_is_called_pattern_is_no_pattern() -> None:
    schema = {"properties": {"pattern": {"type": "string"}, "b": {"const": {"pattern": "["}}}, "required": ["pattern"]}
    packed = box({"name": "search", "input_schema": schema})
    assert isinstance(packed.check(RequestedCall("i", "search", '{"pattern": "[", "b": {"pattern": "["}}')), GoodCall)
    assert isinstance(packed.check(RequestedCall("i", "search", '{"pattern": "[", "b": {}}')), BadCall)


def test_several_forms_of_definitions_and_lists_of_them_are_understood() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    packed = box(
        [{"name": "one", "inputSchema": schema}, {"name": "two", "input_schema": schema}],
        {"type": "function", "function": {"name": "three", "parameters": schema}},
        None, 17, "text", {"no": "name"}, {"name": 5}, {"name": ""}, [],
    )  # fmt: skip
    assert {tool.name: tool.slot for tool in packed.tools.values()} == {"one": 0, "two": 0, "three": 1}
    assert all(tool.schema == schema for tool in packed.tools.values())
    assert len(packed.unusable) == 3


def test_a_call_goes_by_the_name_the_model_knows_and_travels_by_the_tools_own() -> None:
    packed = box({"name": "näme mit Raum"}, {"name": "näme mit Raum"})
    first, second = packed.tools
    found = packed.check(RequestedCall("id", second, ""))
    assert first != second
    assert isinstance(found, GoodCall)
    assert (found.as_value()["name"], found.tool.slot) == ("näme mit Raum", 1)


def test_arguments_without_a_schema_of_properties_are_free() -> None:
    assert isinstance(BOX.check(RequestedCall("id", "open", '{"anything": [1]}')), GoodCall)
    none = box({"name": "none", "input_schema": {"type": "object", "properties": {}}})
    found = none.check(RequestedCall("id", "none", '{"a": 1}'))
    assert isinstance(found, BadCall)
    assert "it takes none" in found.why


@given(st.text())
def test_arguments_are_an_object_or_a_reason(text: str) -> None:
    arguments, why = read_arguments(text)
    assert (arguments is None) == bool(why)


def test_arguments_are_read_up_to_a_length() -> None:
    whole = json.dumps({"a": "x" * (LONGEST_ARGUMENTS - 9)})
    assert len(whole) == LONGEST_ARGUMENTS
    assert read_arguments(whole)[0] is not None
    assert "too long" in read_arguments(whole + " ")[1]


def test_of_many_tools_only_some_are_named_to_a_model_that_missed() -> None:
    packed = box(*({"name": f"tool_{number}"} for number in range(1000)))
    found = packed.check(RequestedCall("id", "tool_12345", "{}"))
    assert isinstance(found, BadCall)
    assert len(found.why) < 1000
