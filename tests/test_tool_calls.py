from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.errors import InputError
from nodebuilder.tool_calls import ToolCall, check_arguments, parse_call
from nodebuilder.values import ToolDefinition

SCHEMA = ToolDefinition(
    name="count",
    description="Count.",
    input_schema={"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_a_call_has_id_name_and_arguments() -> None:
    assert parse_call({"id": "a", "name": "count", "arguments": {"n": 1}}) == ToolCall("a", "count", {"n": 1})


def test_id_and_name_may_be_missing_or_odd() -> None:
    assert parse_call({"id": 7, "arguments": {}}) == ToolCall("", "", {})


@given(ANY_JSON)
def test_anything_is_a_call_or_refused_in_the_documented_words(value: Any) -> None:
    if isinstance(value, dict) and isinstance(value.get("arguments"), dict):
        assert isinstance(parse_call(value), ToolCall)
    else:
        with pytest.raises(InputError, match=r"^Invalid tool call format") as caught:
            parse_call(value)
        assert caught.value.remedy


@pytest.mark.parametrize("arguments", [{}, {"n": None}])
def test_a_missing_argument_may_have_its_own_sentence(arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        check_arguments(SCHEMA, arguments, {"n": "A number is required"})
    assert (caught.value.message, caught.value.code) == ("A number is required", "missing_argument")


def test_unknown_arguments_are_left_out_and_wrong_ones_named() -> None:
    assert check_arguments(SCHEMA, {"n": 2, "m": 3}, {}) == {"n": 2}
    with pytest.raises(InputError, match=r"Argument n: 'x' is not of type 'integer'"):
        check_arguments(SCHEMA, {"n": "x"}, {})
