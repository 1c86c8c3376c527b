"""Reading requests: defaults as OpenAI has them, and refusals that name the field."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.providers.sandbox.requests import RefusedError, read_drawing, read_messages


def test_a_prompt_is_enough() -> None:
    drawing = read_drawing({"prompt": "a lion"})
    assert (drawing.size, drawing.pixels, drawing.quality, drawing.chosen_quality) == (
        "auto",
        (1024, 1024),
        "auto",
        "high",
    )
    assert (drawing.n, drawing.output_format, drawing.compression) == (1, "png", 100)


def test_numbers_of_a_form_are_read_from_text() -> None:
    drawing = read_drawing({"prompt": "a lion", "n": "2", "output_compression": "40", "size": "1536x1024"})
    assert (drawing.n, drawing.compression, drawing.pixels) == (2, 40, (1536, 1024))


@pytest.mark.parametrize("field", ["size", "quality", "n", "output_format", "output_compression"])
def test_a_refusal_names_its_field(field: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_drawing({"prompt": "a lion", field: "nonsense"})
    assert caught.value.body["param"] == field
    assert caught.value.status == 400


anything = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())


@given(
    body=st.dictionaries(st.sampled_from(["prompt", "n", "size", "quality", "stream", "messages", "tools"]), anything)
)
def test_no_body_whatever_is_more_than_refused(body: dict[str, Any]) -> None:
    for read in (read_drawing, read_messages):
        with suppress(RefusedError):
            read(body)
