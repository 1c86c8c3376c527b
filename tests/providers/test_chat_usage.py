"""Token counts: believed where they can be true."""

from __future__ import annotations

from nodebuilder.providers.chat_usage import count, read_usage


def test_counts_and_their_details_are_kept_and_nothing_else() -> None:
    said = {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": None, "x": -1},
        "completion_tokens_details": [],
        "cost": 0.1,
    }
    assert read_usage(said) == {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 4},
    }


def test_a_count_that_is_not_there_is_none() -> None:
    assert (count({}, "x"), count({"x": True}, "x"), count({"x": 3}, "x")) == (0, 0, 3)
