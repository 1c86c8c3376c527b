from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.docstrings import parse

FULL = """Say something
    over two lines.

    More about it, in *prose*.

    Second paragraph.

    Args:
        first: The first one.
        second (int): The second one,
            told over two lines.

    Returns:
        What came of it.
    """


def test_a_docstring_is_taken_apart() -> None:
    doc = parse(FULL)
    assert doc.summary == "Say something over two lines."
    assert doc.body == "More about it, in *prose*.\n\nSecond paragraph."
    assert doc.entries == {"first": "The first one.", "second": "The second one, told over two lines."}
    assert doc.returns == "What came of it."


def test_no_docstring_says_nothing() -> None:
    assert parse(None) == parse("")
    assert parse(None).summary == ""


def test_attributes_are_read_like_arguments() -> None:
    assert parse("A.\n\nAttributes:\n    x: The x.").entries == {"x": "The x."}


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert isinstance(parse(text).summary, str)
