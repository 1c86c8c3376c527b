"""Filling in arguments: by name, kind and schema, from the words of the request."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from nodebuilder.providers.sandbox.arguments import calculation, fill, place, subject


def one(name: str, asked: str, required: bool = True, **wanted: Any) -> Any:
    schema = {"type": "object", "properties": {name: wanted}, "required": [name] if required else []}
    return fill(schema, asked).get(name)


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ("Generate an image of a sunset over mountains", "a sunset over mountains"),
        ("Please draw a red fox.", "a red fox"),
        ("And now, could you show me pictures of two owls?", "two owls"),
        ("a lion", "a lion"),
        ("", ""),
    ],
)
def test_the_subject_is_what_the_picture_is_of(asked: str, what: str) -> None:
    assert subject(asked) == what


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("12*7", "12*7"),
        ("How much is 3 + 4.5 ?", "3 + 4.5"),
        ("(2 + 3) × 4", "(2 + 3) * 4"),
        ("in 2026", None),
        ("a-b", None),
    ],
)
def test_a_calculation_is_found(asked: str, found: str | None) -> None:
    assert calculation(asked) == found


@pytest.mark.parametrize(("asked", "found"), [("weather in New York now", "New York"), ("weather", None)])
def test_a_place_is_found(asked: str, found: str | None) -> None:
    assert place(asked) == found


def test_values_are_of_the_kind_that_the_schema_wants() -> None:
    assert one("count", "give me 3 of them", type="integer") == 3
    assert one("limit", "at most 2.5", type="number") == 2.5
    assert one("values", "of 1, 2 and 3", type="array", items={"type": "number"}) == [1, 2, 3]
    assert one("topics", "about bees", type="array") == ["about bees"]
    assert one("unit", "in Celsius", type="string", enum=["kelvin", "celsius"]) == "celsius"
    assert one("unit", "whatever", type="string", enum=["kelvin", "celsius"]) == "kelvin"
    assert one("unit", "whatever", type="string", default="metre") == "metre"
    assert one("maybe", "5", type=["null", "integer"]) == 5
    assert one("deep", "ask", properties={"query": {"type": "string"}}, required=["query"]) == {"query": "ask"}


def test_what_is_optional_and_unsaid_is_left_out() -> None:
    assert one("count", "some", required=False, type="integer") is None
    assert one("style", "some", required=False, type="string") is None


KINDS = ["string", "number", "integer", "boolean", "array", "null"]
schemas = st.recursive(
    st.fixed_dictionaries({"type": st.sampled_from(KINDS)}),
    lambda inner: st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.text(max_size=9), inner, max_size=4)}
    ),
    max_leaves=6,
)


@given(schema=schemas, asked=st.text(max_size=80))
def test_no_schema_whatever_breaks_the_filling(schema: dict[str, Any], asked: str) -> None:
    schema["required"] = list(schema.get("properties", {}))
    assert set(fill(schema, asked)) == set(schema.get("properties", {}))


SCHEMAS: list[dict[str, Any]] = [
    {
        "$defs": {"Point": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}},
        "type": "object",
        "properties": {"at": {"$ref": "#/$defs/Point"}, "all": {"type": "array", "items": {"$ref": "#/$defs/Point"}}},
        "required": ["at", "all"],
    },
    {
        "type": "object",
        "properties": {
            "kind": {"const": "cat"},
            "age": {"type": "integer", "minimum": 3, "maximum": 9},
            "name": {"type": "string", "minLength": 12, "maxLength": 14},
            "either": {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
            "few": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "minItems": 2, "maxItems": 3},
            "more": {"type": "number", "exclusiveMinimum": 0},
        },
        "required": ["kind", "age", "name", "either", "few", "more"],
        "additionalProperties": False,
    },
    {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"properties": {"b": {"type": "number"}}, "required": ["b"]},
        ]
    },
    {
        "$defs": {
            "Node": {"type": "object", "properties": {"next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}}}
        },
        "$ref": "#/$defs/Node",
    },
]


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("asked", ["", "A cat of 100 years, minus 5", "12345678901234567890 " * 3])
def test_what_is_filled_in_is_valid(schema: dict[str, Any], asked: str) -> None:
    Draft202012Validator(schema).validate(fill(schema, asked))


odd = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.lists(st.integers(), max_size=2)
wanted = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "array", "object", "integer"]),
        "minItems": odd,
        "maximum": odd,
        "minLength": odd,
        "$ref": odd,
    },
)


@given(st.dictionaries(st.text(max_size=3), wanted), st.text(max_size=40))
def test_no_bound_of_a_schema_breaks_it(properties: dict[str, Any], asked: str) -> None:
    filled = fill({"type": "object", "properties": properties, "required": list(properties)}, asked)
    assert filled.keys() == properties.keys()
