from __future__ import annotations

import pytest
from hypothesis import given

from nodebuilder.errors import InputError
from nodebuilder.values import JSON
from nodebuilder.workflow.door_values import WANTED, read, written
from nodebuilder.workflow.doors import TYPES, Type
from tests.workflow.documents import anything


@given(anything)
def test_what_is_written_for_an_input_of_any_type_is_read_again(value: JSON) -> None:
    assert read("x", "any", written("x", "any", value)) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "7"),
        ("image", "cat.png"),
        ("number", -0.5),
        ("boolean", False),
        ("dictionary", {"é": "[1]"}),
        ("list", [None]),
    ],
)
def test_each_type_takes_its_own(kind: Type, value: JSON) -> None:
    assert read("x", kind, written("x", kind, value)) == value
    assert type(read("x", kind, written("x", kind, value))) is type(value)


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "any"])
@pytest.mark.parametrize("value", ["text", 7, True, {"a": 1}, [1], None, float("inf")])
def test_no_type_takes_what_is_of_another(kind: Type, value: JSON) -> None:
    own: dict[Type, type] = {
        "text": str,
        "image": str,
        "number": int,
        "boolean": bool,
        "dictionary": dict,
        "list": list,
    }
    if type(value) is own[kind]:
        assert written("x", kind, value)
        return
    with pytest.raises(InputError, match=f'Input "x" wants {WANTED[kind]}, but got '):
        written("x", kind, value)
