from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nodebuilder.nodes.text_analysis import NEGATIVE, POSITIVE, analyze
from tests.nodes.calls import call, definition
from tests.workbench import Bench


async def test_it_describes_itself(bench: Bench) -> None:
    told = await definition(bench, "text_analysis_tool")
    assert (told["name"], told["input_schema"]["required"]) == ("analyze_text", ["text"])


async def test_it_counts(bench: Bench) -> None:
    answer = await call(
        bench, "text_analysis_tool", {"id": "t", "arguments": {"text": "What a wonderful\nday  it\u00a0is"}}
    )
    assert answer == {
        "id": "t",
        "result": {
            "word_count": 6,
            "character_count": 27,
            "character_count_no_spaces": 23,
            "sentiment": "positive",
            "positive_indicators": 1,
            "negative_indicators": 0,
        },
    }


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [("", "neutral"), ("good and bad", "neutral"), ("a TERRIBLE, sad day", "negative"), ("I love it", "positive")],
)
def test_more_of_one_kind_decides(text: str, sentiment: str) -> None:
    assert analyze(text)["sentiment"] == sentiment


async def test_a_call_without_a_text_is_refused(bench: Bench) -> None:
    answer = await call(bench, "text_analysis_tool", {"arguments": {}})
    assert answer == {"id": "analysis_error", "error": "A text to analyze is required"}


def test_the_lists_are_as_long_as_they_should_be() -> None:
    assert (len(POSITIVE), len(NEGATIVE)) == (9, 8)
    assert not {one for one in POSITIVE for other in NEGATIVE if one in other or other in one}


@given(some.text())
def test_the_counts_agree_with_each_other(text: str) -> None:
    result = analyze(text)
    assert result["character_count"] - result["character_count_no_spaces"] == text.count(" ")
    assert result["word_count"] <= result["character_count"]
