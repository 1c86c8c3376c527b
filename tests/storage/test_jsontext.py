from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.storage.jsontext import dumps, loads

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
)
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert loads(dumps(value)) == value


@given(values)
def test_the_text_can_be_kept_by_any_database(value: Any) -> None:
    assert dumps(value).encode("utf-8")


@pytest.mark.parametrize("value", [10**40, -(2**64), "\ud800 lone", {"k\udfff": [1]}])
def test_what_is_beyond_orjson_is_kept_all_the_same(value: Any) -> None:
    assert loads(dumps(value)) == value


def test_unknown_objects_become_their_text() -> None:
    assert loads(dumps({"a": 1 + 2j, "b": 10**40})) == {"a": "(1+2j)", "b": 10**40}
