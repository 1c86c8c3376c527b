from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.nodes.comparison import alike, as_text
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
