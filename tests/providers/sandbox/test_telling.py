"""What the sandbox says after tools."""

from __future__ import annotations

import pytest

from nodebuilder.providers.sandbox.telling import tell


@pytest.mark.parametrize(
    ("results", "said"),
    [
        (['{"result": {"word_count": 4, "none": null}}'], "The tool says: word count 4"),
        (["[1, 2.0]"], "The tool says: 1, 2"),
        (['{"error": "no such city"}'], "That did not work: no such city"),
        (['{"error": "x"}', "7"], "That did not work: x\n\nThe tool says: 7"),
        (['{"servable_url": "/servable/a.png"}'] * 2, "Here it is: a [cat].\n\n![a cat](/servable/a.png)"),
        (["x" * 1000], "The tool says: " + "x" * 599 + "…"),
    ],
)
def test_results_are_told_in_words(results: list[str], said: str) -> None:
    assert tell(results, "Draw a [cat]") == said.replace("a [cat]", "a cat")
