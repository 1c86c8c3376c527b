"""What travels on of an answer of an MCP server's tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from nodebuilder.nodes.mcp_results import LONGEST_TEXT, MOST_FILES, MOST_LINKS, as_result, as_sentence
from nodebuilder.providers.tool_servers import FilePart, LinkPart, TextPart, ToolAnswer
from nodebuilder.values import Asset


async def save(data: bytes, about: Mapping[str, Any]) -> Asset:
    return Asset("a.png", "http://x/a.png", str(about.get("media_type", "")), len(data))


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (ToolAnswer(), ""),
        (ToolAnswer((TextPart("one"), TextPart("two"))), "one\ntwo"),
        (ToolAnswer((TextPart("note", "test://n"),)), "test://n:\nnote"),
        (ToolAnswer((TextPart('{ "a": 1 }'),), {"a": 1}), {"structured": {"a": 1}}),
        (ToolAnswer((TextPart("one is:"),), {"a": 1}), {"text": "one is:", "structured": {"a": 1}}),
        (ToolAnswer((), []), {"structured": []}),
        (ToolAnswer((), 0), {"structured": 0}),
        (ToolAnswer((LinkPart("a:b", "name"),)), {"links": [{"uri": "a:b", "name": "name"}]}),
        (
            ToolAnswer((FilePart(b"123", "image/png"),)),
            {"files": [Asset("a.png", "http://x/a.png", "image/png", 3)]},
        ),
        (ToolAnswer((FilePart(b"", "image/png"),)), ""),
    ],
)
async def test_there_is_what_the_answer_has_and_nothing_else(answer: ToolAnswer, result: Any) -> None:
    assert await as_result(answer, save) == result


async def test_an_answer_without_measure_is_cut_and_says_so() -> None:
    long = await as_result(ToolAnswer((TextPart("x" * (LONGEST_TEXT + 5)),)), save)
    assert long.endswith(f"… (cut: these are the first {LONGEST_TEXT:,} of {LONGEST_TEXT + 5:,} characters)")
    data = await as_result(ToolAnswer((), {"x": "x" * LONGEST_TEXT}), save)
    assert data["structured"].startswith("(The data were left out:")
    files = await as_result(ToolAnswer((FilePart(b"1", "image/png"),) * (MOST_FILES + 3)), save)
    assert len(files["files"]) == MOST_FILES
    assert files["text"] == "(3 more files were left out.)"
    links = await as_result(ToolAnswer((LinkPart("a:b", "c"),) * (MOST_LINKS + 1)), save)
    assert len(links["links"]) == MOST_LINKS


async def test_numbers_that_json_hardly_holds_pass() -> None:
    assert await as_result(ToolAnswer((), {"n": 10**40}), save) == {"structured": {"n": 10**40}}


def test_a_failure_is_told_in_the_words_of_the_tool() -> None:
    assert as_sentence(ToolAnswer((TextPart("no luck"),), failed=True)) == "no luck"
    assert as_sentence(ToolAnswer(failed=True)) == "The tool failed and does not say why."
