from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.nodes.comparison import Operator, alike, as_text, holds, is_true
from nodebuilder.values import Asset

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.lists(st.integers(), max_size=2)
)


@given(VALUES, VALUES)
def test_both_become_numbers_or_both_become_texts(left: object, right: object) -> None:
    a, b = alike(left, right)
    assert type(a) is type(b)
    assert type(a) in (float, str)
    assert type(alike(right, left)[0]) is type(a)


@given(st.integers(-(10**15), 10**15))
def test_a_number_and_its_text_are_the_same(number: int) -> None:
    a, b = alike(number, f" {number} ")
    assert a == b == number


@pytest.mark.parametrize(
    ("left", "right", "pair"),
    [
        ("10", 9, (10.0, 9.0)),
        ("ten", 9, ("ten", "9")),
        ("10", "9a", ("10", "9a")),
        (True, 1, (1.0, 1.0)),
        (None, None, ("None", "None")),
        ([1], "[1]", ("[1]", "[1]")),
        (10**400, "1", (str(10**400), "1")),
    ],
)
def test_texts_only_where_one_of_them_is_no_number(left: object, right: object, pair: tuple[object, object]) -> None:
    assert alike(left, right) == pair


def test_a_picture_is_its_link() -> None:
    assert as_text(Asset("a.png", "/servable/a.png", "image/png", 5)) == "/servable/a.png"


@pytest.mark.parametrize("operator", get_args(Operator))
@given(left=VALUES, right=VALUES)
def test_every_operator_has_an_answer(operator: str, left: object, right: object) -> None:
    assert isinstance(holds(left, operator, right), bool)


@pytest.mark.parametrize("value", [None, False, 0, 0.0, "", "  ", "false", "FALSE", "No", "off", "0", [], {}])
def test_nothing_and_its_names_are_a_no(value: object) -> None:
    assert is_true(value) is False


@pytest.mark.parametrize("value", [True, 1, -1, "yes", "no way", "0.0", [0], {"a": None}])
def test_all_else_is_a_yes(value: object) -> None:
    assert is_true(value) is True
