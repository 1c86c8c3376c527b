from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.house.differences import MOST_LINES, difference


@pytest.mark.parametrize(
    ("expected", "actual", "lines"),
    [
        (160, 176, ["expected: 160", "came:     176"]),
        ("cat", "dog", ['expected: "cat"', 'came:     "dog"']),
        ("5", 6, ['expected: "5"  (text)', "came:     6  (number)"]),
        ("", None, ['expected: ""  (text)', "came:     null  (nothing)"]),
        ([], {}, ["expected: []  (list)", "came:     {}  (dictionary)"]),
        (True, 0, ["expected: true  (boolean)", "came:     0  (number)"]),
    ],
)
def test_short_values_stand_one_above_the_other(expected: Any, actual: Any, lines: list[str]) -> None:
    assert difference(expected, actual) == lines


def test_texts_of_several_lines_are_a_diff() -> None:
    lines = difference("one\ntwo\nthree", "one\n2\nthree")
    assert lines == ["--- expected", "+++ came", "@@ -1,3 +1,3 @@", " one", "-two", "+2", " three"]


def test_a_long_line_is_a_diff() -> None:
    lines = difference("a" * 100, "b" * 100)
    assert lines[-2:] == ["-" + "a" * 100, "+" + "b" * 100]


def test_dictionaries_and_lists_are_compared_as_indented_json() -> None:
    lines = difference({"a": 1, "b": [1, 2]}, {"a": 1, "b": [1, 3]})
    assert [line for line in lines if line[0] in "-+"][2:] == ["-    2", "+    3"]


def test_values_of_two_kinds_say_which() -> None:
    lines = difference("['a', 'b']", ["a", "b"])
    assert lines[:2] == ["--- expected (text)", "+++ came (list)"]


def test_of_a_long_diff_the_beginning_is_shown() -> None:
    lines = difference("\n".join("a" * 2000), "\n".join("b" * 2000))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1].endswith("more lines")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(expected=JSON, actual=JSON)
def test_something_is_said_of_any_two_values(expected: Any, actual: Any) -> None:
    lines = difference(expected, actual)
    assert lines
    assert all(isinstance(line, str) and "\n" not in line for line in lines)
